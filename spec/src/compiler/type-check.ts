import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../support/repository.js';

/** A tsconfig.json in which the package's own sources stand for the installed package: nothing has to be built. */
export function sourcesAsPackage(include: readonly string[]): string {
  return JSON.stringify({
    extends: `${repository}/cli/tsconfig.app.json`,
    compilerOptions: {
      typeRoots: [`${repository}/node_modules/@types`],
      paths: {
        'rocket-io': [`${repository}/runtime/server/index.ts`],
        'rocket-io/client': [`${repository}/runtime/browser/index.ts`],
        'pug-runtime': [`${repository}/runtime/browser/pug-runtime.d.ts`],
        'rocket-io/internal': [`${repository}/src/contract/internal.ts`],
      },
    },
    include,
  });
}

/** What `tsc` has to say of a project; what it says of this package's own files is left out. */
export async function complaintsOf(root: string): Promise<string[]> {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const output = await promisify(execFile)(process.execPath, [tsc, '--noEmit', '-p', root], {
    cwd: root,
    maxBuffer: Number.POSITIVE_INFINITY,
  }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
  // A line that is indented says more about the one before it.
  const complaints = output.split(/\n(?=\S)/).filter((complaint) => complaint.trim() !== '');
  return complaints
    .filter((complaint) => !complaint.startsWith('..'))
    .map((complaint) => complaint.trimEnd());
}
