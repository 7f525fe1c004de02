import { repository } from './repository.js';

/** The `tsconfig.json` of an app: the package's own sources stand for the installed package, and nothing has to be built. */
export const appTsconfig = {
  extends: `${repository}/cli/tsconfig.app.json`,
  compilerOptions: {
    typeRoots: [`${repository}/node_modules/@types`],
    paths: {
      'rocket-io': [`${repository}/runtime/server/index.ts`],
      'rocket-io/client': [`${repository}/runtime/browser/index.ts`],
      'rocket-io/internal': [`${repository}/src/contract/internal.ts`],
    },
  },
  include: ['app', '*.ts', '.rocket/**/*.d.ts'],
};
