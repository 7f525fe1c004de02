// Calls a second and server CPU per call, as ratios to a hand-written `ws` server in the same run.
// Usage: npm run bench:calls [-- --rounds 15]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, slice: { type: 'string', default: '250' } },
});
const rounds = Number(values.rounds);
const slice = Number(values.slice);
const text = 'x'.repeat(100);

const shapes = [
  { connections: 100, outstanding: 10 },
  { connections: 500, outstanding: 1 },
  { connections: 1, outstanding: 1 },
];

const subjects = {
  raw: { file: 'raw.mjs', encode: (id) => JSON.stringify({ name: 'Bench.echo', args: { text }, id }) },
  rocket: {
    file: 'rocket.mjs',
    protocol: 'rocket.v1',
    path: '/rocket',
    encode: (id) => `{"Bench.echo":{"text":"${text}"},"$id":${id}}`,
  },
};

for (const subject of Object.values(subjects)) {
  subject.process = fork(new URL(`servers/${subject.file}`, import.meta.url));
  [{ port: subject.port }] = await once(subject.process, 'message');
}

const rows = [];
for (const shape of shapes) {
  const loads = {};
  for (const [name, subject] of Object.entries(subjects)) loads[name] = await openLoad(subject, shape);
  for (const load of Object.values(loads)) await runSlice(load, slice * 4);
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ['raw', 'rocket'] : ['rocket', 'raw'];
    const result = {};
    for (const name of order) result[name] = await runSlice(loads[name], slice);
    measured.push(result);
  }
  rows.push({
    'connections × outstanding': `${shape.connections} × ${shape.outstanding}`,
    'raw calls/s': Math.round(median(measured.map(({ raw }) => raw.rate))),
    'calls/s ÷ raw': ratio(measured, 'rate'),
    'raw µs CPU/call': median(measured.map(({ raw }) => raw.cpu)).toFixed(1),
    'CPU/call ÷ raw': ratio(measured, 'cpu'),
    'generator busy': `${Math.round(100 * median(measured.map(({ rocket }) => rocket.busy)))} %`,
  });
  for (const { sockets } of Object.values(loads)) for (const socket of sockets) socket.terminate();
}
for (const { process } of Object.values(subjects)) process.kill();
console.table(rows);
console.log(JSON.stringify({ date: new Date().toISOString(), node: process.version, rounds, slice, rows }));

async function openLoad(subject, { connections, outstanding }) {
  const load = { subject, sockets: [], done: 0, running: false, outstanding };
  for (let index = 0; index < connections; index += 1) {
    const socket = new WebSocket(
      `ws://127.0.0.1:${subject.port}${subject.path ?? ''}`,
      subject.protocol ?? [],
      { perMessageDeflate: false },
    );
    await once(socket, 'open');
    if (subject.protocol !== undefined) {
      socket.send('{"$hello":{}}');
      await once(socket, 'message');
    }
    let id = 0;
    socket.call = () => {
      id += 1;
      socket.send(subject.encode(id));
    };
    socket.on('message', () => {
      load.done += 1;
      if (load.running) socket.call();
      else load.left -= 1;
      if (load.left === 0) load.drained();
    });
    load.sockets.push(socket);
  }
  return load;
}

/** Keeps the calls outstanding for `ms`, then waits for the last replies, so that the next slice begins in silence. */
async function runSlice(load, ms) {
  const before = await usage(load.subject);
  const own = process.cpuUsage();
  const started = performance.now();
  load.done = 0;
  load.running = true;
  load.left = load.sockets.length * load.outstanding;
  for (const socket of load.sockets) for (let call = 0; call < load.outstanding; call += 1) socket.call();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const drained = new Promise((resolve) => {
    load.drained = resolve;
  });
  load.running = false;
  await drained;
  const elapsed = performance.now() - started;
  const spent = process.cpuUsage(own);
  const after = await usage(load.subject);
  const cpu = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return {
    rate: (load.done / elapsed) * 1000,
    cpu: cpu / load.done,
    busy: (spent.user + spent.system) / 1000 / elapsed,
  };
}

async function usage({ process }) {
  process.send('usage');
  const [message] = await once(process, 'message');
  return message;
}

function ratio(measured, figure) {
  return median(measured.map(({ raw, rocket }) => rocket[figure] / raw[figure])).toFixed(2);
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
