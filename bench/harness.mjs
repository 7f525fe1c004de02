// What the benches share: server processes of two subjects, connections to them, interleaved slices, ratios within a round.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    slice: { type: 'string', default: '250' },
    quick: { type: 'boolean' },
  },
});

/** How many rounds are measured, and how many milliseconds a slice lasts. */
export const rounds = Number(values.rounds ?? (values.quick ? 5 : 15));
export const slice = Number(values.slice);

/** The baseline is a server written by hand on `ws`; the other is the framework. */
export const subjects = {
  raw: { file: 'raw.mjs', path: '', protocols: [] },
  rocket: { file: 'rocket.mjs', path: '/rocket', protocols: ['rocket.v1'] },
};

/** The generator takes the first core and servers the second, where there are two and a way to say so. */
const pinned = availableParallelism() > 1 && pin(process.pid, 0);

/** @returns {Promise<import('node:child_process').ChildProcess & { port: number }>} */
export async function startServer(name, execArgv = []) {
  const child = fork(new URL(`servers/${subjects[name].file}`, import.meta.url), { execArgv });
  if (pinned) pin(child.pid, 1);
  [{ port: child.port }] = await once(child, 'message');
  return child;
}

/** Asks a server for its CPU time and memory. */
export async function usage(server) {
  server.send('usage');
  const [message] = await once(server, 'message');
  return message;
}

/** Opens so many connections, each welcomed, a few at a time. */
export async function openSockets(name, server, count) {
  const sockets = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(50, count - sockets.length) }, () =>
      openSocket(subjects[name], server.port),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

async function openSocket({ path, protocols }, port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { perMessageDeflate: false });
  await once(socket, 'open');
  if (protocols.length > 0) {
    socket.send('{"$hello":{}}');
    await once(socket, 'message');
  }
  return socket;
}

/**
 * Runs `measure` for both subjects in turn, in another order each round, after a round that does not count.
 *
 * @param measure (name) => an object of figures
 * @returns a list of `{ raw, rocket }`
 */
export async function interleave(measure, count = rounds) {
  const measured = [];
  for (let round = -1; round < count; round += 1) {
    const order = round % 2 === 0 ? ['raw', 'rocket'] : ['rocket', 'raw'];
    const result = {};
    for (const name of order) result[name] = await measure(name);
    if (round >= 0) measured.push(result);
  }
  return measured;
}

/** CPU time of the server, and how busy this process was, while `run` ran. */
export async function metered(server, run) {
  const before = await usage(server);
  const own = process.cpuUsage();
  const started = performance.now();
  const result = await run();
  const elapsed = performance.now() - started;
  const spent = process.cpuUsage(own);
  const after = await usage(server);
  const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return { ...result, elapsed, cpu, busy: (spent.user + spent.system) / 1000 / elapsed };
}

export function ratio(measured, figure) {
  return median(measured.map(({ raw, rocket }) => rocket[figure] / raw[figure])).toFixed(2);
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Prints a table, and writes it beside when and where it was measured. */
export function report(name, rows) {
  console.table(rows);
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const facts = {
    date: new Date().toISOString(),
    node: process.version,
    load: loadavg(),
    rounds,
    slice,
    pinned,
  };
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ ...facts, rows }, undefined, 2)}\n`);
}

function pin(pid, core) {
  try {
    execFileSync('taskset', ['-acp', String(core), String(pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
