import type { PugRuntime } from './pug.js';

/** The package `pug-runtime` has no types; tsconfig.json maps it here. */
declare const runtime: PugRuntime;
export default runtime;
