/**
 * `rocket-io/compiler`: TypeScript and Pug in, the files of `.rocket/` out. For tools; apps use the
 * command `rocket compile`.
 */
export { sourcesHash } from '../sources.js';
export { type SdkSources, sdkRuntimeTypes, sdkSources } from './3-emit/sdk.js';
export type { OutputFile } from './3-emit/source-text.js';
export { type Writing, writeFiles } from './3-emit/write-files.js';
export { type CheckResult, check } from './check.js';
export { type CompileOptions, type CompileResult, Compiler, compile } from './compile.js';
export { type Diagnostic, formatDiagnostic } from './diagnostics.js';
export { staleOutput } from './stale-output.js';
export { type Watching, type WatchOptions, type WatchResult, watch } from './watch.js';
