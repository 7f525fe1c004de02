// `npm run types`: type-checks the package, its specs and the samples. After `npm run build`: the samples see the
// package as their users do.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));
const samples = readdirSync(`${cwd}/sample`).map((name) => `sample/${name}`);

for (const sample of samples) run('cli/rocket.js', 'compile', '--root', sample);
for (const project of ['.', 'runtime/browser', 'spec/runtime/browser', ...samples]) {
  run('node_modules/typescript/bin/tsc', '--noEmit', '-p', project);
  console.log(`${project}: no type errors`);
}

function run(...words) {
  const { status } = spawnSync(process.execPath, words, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
