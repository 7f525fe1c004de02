// How long `rocket compile` takes, cold and after one edit, and how that grows with the app.
// Usage: npm run bench:compile [-- --sizes 10,50,100,200 --rounds 5]
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Compiler } from 'rocket-io/compiler';
import { appOf, controllerOf, nameOf, viewOf } from './compile/app.mjs';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,50,100,200' },
    rounds: { type: 'string', default: '5' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const rounds = Number(values.rounds);
const repository = fileURLToPath(new URL('..', import.meta.url));
const rocket = join(repository, 'cli/rocket.js');

const measured = [];
for (const size of sizes) {
  const root = makeApp(size);
  try {
    measured.push({ controllers: size, ...measureCold(root), ...measureWarm(root) });
  } finally {
    rmSync(root, { recursive: true });
  }
}

const [smallest] = measured;
const rows = measured.map((row) => ({
  controllers: row.controllers,
  'cold, whole process': milliseconds(row.cold),
  'cold, the compile alone': milliseconds(row.first),
  'edit of a controller': milliseconds(row.controller),
  'edit of its types': milliseconds(row.types),
  'edit of a template': milliseconds(row.template),
  'growth (controllers, cold, edit)': [
    growth('controllers', row),
    growth('cold', row),
    growth('controller', row),
  ].join('  '),
}));
console.table(rows);
console.log(
  JSON.stringify({ date: new Date().toISOString(), node: process.version, rounds, rows: measured }),
);

/** A project in a temporary folder, with this package installed in it as a link. */
function makeApp(size) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'rocket-bench-')));
  for (const [path, text] of Object.entries(appOf(size))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, 'node_modules/@types'), { recursive: true });
  symlinkSync(repository, join(root, 'node_modules/rocket-io'), 'dir');
  symlinkSync(join(repository, 'node_modules/@types/node'), join(root, 'node_modules/@types/node'), 'dir');
  return root;
}

/** The command as people run it: the process with all that it loads. */
function measureCold(root) {
  const cold = [];
  const first = [];
  for (let round = 0; round < rounds; round += 1) {
    rmSync(join(root, '.rocket'), { recursive: true, force: true });
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [rocket, 'compile', '--json'], {
      cwd: root,
      encoding: 'utf8',
    });
    cold.push(performance.now() - started);
    if (status !== 0) throw new Error(`rocket compile failed:\n${stdout}${stderr}`);
    first.push(JSON.parse(stdout).milliseconds);
  }
  return { cold: median(cold), first: median(first) };
}

/** What a watching compiler does between an edit and the last written file. */
function measureWarm(root) {
  const compiler = new Compiler({ root });
  expectFine(compiler.compile());
  const last = nameOf(sizes[0] - 1);
  const edits = {
    controller: (round) => [controllerOf(last, { comment: `edit ${round}` })],
    types: (round) => [controllerOf(last, { property: `edit${round}` })],
    template: (round) => [viewOf(last, `Edit ${round}`)],
  };
  return Object.fromEntries(
    Object.entries(edits).map(([name, edit]) => {
      const times = Array.from({ length: rounds + 1 }, (_, round) => {
        for (const [path, text] of edit(round)) writeFileSync(join(root, path), text);
        const started = performance.now();
        const { written } = expectFine(compiler.compile());
        if (written.length === 0) throw new Error(`The edit of a ${name} changed nothing`);
        return performance.now() - started;
      });
      // The first of a kind warms up the machine's code.
      return [name, median(times.slice(1))];
    }),
  );
}

function expectFine(result) {
  if (result.diagnostics.length > 0) throw new Error(JSON.stringify(result.diagnostics[0], null, 2));
  return result;
}

function growth(figure, row) {
  return `× ${(row[figure] / smallest[figure]).toFixed(1)}`;
}

function milliseconds(time) {
  return `${Math.round(time)} ms`;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
