// Every bench against the hand-written server, one after another: side by side they would measure each other.
// Usage: npm run bench [-- --rounds 15 --quick]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

for (const name of ['calls', 'broadcast', 'memory']) {
  console.log(name);
  const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
  const { status } = spawnSync(process.execPath, [file, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
