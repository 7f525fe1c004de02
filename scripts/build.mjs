/**
 * `npm run build`: compiles the package into `dist`, the server's side first and then the browser's, which
 * is checked with the types of a page and without those of Node. Files of earlier builds go away at the
 * end and not at the start, so that an app which runs from `dist` keeps its files during a build.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cache.mjs';

const started = performance.now();
const built = ['tsconfig.build.json', 'runtime/browser'].map(compile);

if (built.every(({ ok }) => ok)) {
  removeAllBut(new Set([...built.flatMap(({ files }) => files), ...copyLua()]));
  console.log(`Built dist in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} else {
  process.exitCode = 1;
}

/** Runs the compiler of the package `typescript`; `npx tsc` might be that of `typescript6`. */
function compile(project) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project, '--listEmittedFiles'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  const lines = stdout.split('\n');
  const marker = 'TSFILE: ';
  const errors = lines.filter((line) => line !== '' && !line.startsWith(marker));
  if (errors.length > 0) console.error(errors.join('\n'));
  const files = lines.filter((line) => line.startsWith(marker)).map((line) => line.slice(marker.length));
  return { ok: status === 0, files };
}

/** What Redis runs is no TypeScript: it is taken along as it is. @returns where it is in `dist` */
function copyLua() {
  const folder = 'runtime/server/engine/redis/functions';
  const target = join(root, 'dist', folder);
  mkdirSync(target, { recursive: true });
  return readdirSync(join(root, folder)).map((name) => {
    cpSync(join(root, folder, name), join(target, name));
    return join(target, name);
  });
}

function removeAllBut(files) {
  const dist = join(root, 'dist');
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !files.has(path)) rmSync(path);
  }
}
