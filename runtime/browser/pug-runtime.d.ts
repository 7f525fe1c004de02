/** The package has no types; `pug.ts` gives it ours. */
declare module 'pug-runtime' {
  const runtime: import('./pug.js').PugRuntime;
  export default runtime;
}
