/**
 * `rocket-io/compiler`: TypeScript and Pug in, the files of `.rocket/` out. For tools; apps use the
 * command `rocket compile`.
 */
export { sourcesHash } from './1-read/sources.js';
export type { OutputFile } from './3-emit/source-text.js';
export { type Writing, writeFiles } from './3-emit/write-files.js';
export { type CompileOptions, type CompileResult, compile } from './compile.js';
export { type Diagnostic, formatDiagnostic } from './diagnostics.js';
