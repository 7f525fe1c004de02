import ts from 'typescript6';

/** What stands for `src/compiler/typescript.ts` in specs. */
export { ts };
