import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Project } from '../../src/compiler/project.js';
import { appTsconfig } from '../app-tsconfig.js';
import { repository } from '../repository.js';

/** The examples in TypeScript of a page of the docs, in order. @param before where they end @default at its end */
export function examplesOf(page: string, before?: string): string[] {
  const text = readFileSync(join(repository, page), 'utf8');
  const end = before === undefined ? text.length : text.indexOf(before);
  return [...text.slice(0, end).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, example = '']) => example);
}

/** What `tsc` says of an app's files, compiled, without what it says of the package's own, which it is not for here. */
export async function complaints(files: Readonly<Record<string, string>>): Promise<string[]> {
  using project = new Project({ 'tsconfig.json': JSON.stringify(appTsconfig), ...files });
  project.compileFine();
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  // Awaited here: the project is gone when this function has returned.
  const said = await promisify(execFile)(process.execPath, [tsc, '--noEmit', '-p', project.root], {
    cwd: project.root,
  }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );
  return said.split('\n').filter((line) => line !== '' && !/^(\.\.| )/.test(line));
}
