// Calls a second, server CPU per call and latency, as ratios to a hand-written `ws` server in the same run.
// Usage: npm run bench:calls [-- --rounds 15 --quick]
import { interleave, median, metered, openSockets, ratio, report, slice, startServer } from './harness.mjs';

const text = 'x'.repeat(100);
const encoders = {
  raw: (id) => JSON.stringify({ name: 'Bench.echo', args: { text }, id }),
  rocket: (id) => `{"Bench.echo":{"text":"${text}"},"$id":${id}}`,
};
const shapes = [
  { connections: 100, outstanding: 10 },
  { connections: 500, outstanding: 1 },
  { connections: 1, outstanding: 1 },
];

const servers = { raw: await startServer('raw'), rocket: await startServer('rocket') };
const rows = [];
for (const shape of shapes) {
  const loads = {};
  for (const name of Object.keys(servers)) loads[name] = await openLoad(name, shape);
  const measured = await interleave((name) => runSlice(loads[name]));
  rows.push({
    'connections × outstanding': `${shape.connections} × ${shape.outstanding}`,
    'raw calls/s': Math.round(median(measured.map(({ raw }) => raw.rate))),
    'calls/s ÷ raw': ratio(measured, 'rate'),
    'raw µs CPU/call': median(measured.map(({ raw }) => raw.perCall)).toFixed(1),
    'CPU/call ÷ raw': ratio(measured, 'perCall'),
    'p50 ÷ raw': ratio(measured, 'p50'),
    'generator busy': `${Math.round(100 * median(measured.map(({ rocket }) => rocket.busy)))} %`,
  });
  for (const { sockets } of Object.values(loads)) for (const socket of sockets) socket.terminate();
}
for (const server of Object.values(servers)) server.kill();
report('calls', rows);

async function openLoad(name, { connections, outstanding }) {
  const sockets = await openSockets(name, servers[name], connections);
  const load = { name, sockets, outstanding, done: 0, left: 0, running: false, latencies: [] };
  for (const socket of sockets) {
    const sentAt = [];
    let id = 0;
    let replies = 0;
    socket.call = () => {
      id += 1;
      sentAt.push(performance.now());
      together(socket);
      socket.send(encoders[name](id));
    };
    socket.on('message', () => {
      load.latencies.push(performance.now() - sentAt.shift());
      load.done += 1;
      replies += 1;
      // As the client does.
      if (name === 'rocket' && replies % 32 === 0) socket.send(`{"$got":${replies}}`);
      if (load.running) socket.call();
      else load.left -= 1;
      if (load.left === 0) load.drained();
    });
  }
  return load;
}

/** What this process sends within a tick leaves in one write, or the generator would be what is measured. */
function together({ _socket: socket }) {
  if (socket.writableCorked > 0) return;
  socket.cork();
  process.nextTick(() => socket.uncork());
}

/** Keeps the calls outstanding for a while, then waits for the last replies, so that the next slice begins in silence. */
async function runSlice(load) {
  const figures = await metered(servers[load.name], async () => {
    load.done = 0;
    load.latencies = [];
    load.running = true;
    load.left = load.sockets.length * load.outstanding;
    for (const socket of load.sockets) for (let call = 0; call < load.outstanding; call += 1) socket.call();
    await new Promise((resolve) => setTimeout(resolve, slice));
    const drained = new Promise((resolve) => {
      load.drained = resolve;
    });
    load.running = false;
    await drained;
  });
  return {
    ...figures,
    rate: (load.done / figures.elapsed) * 1000,
    perCall: figures.cpu / load.done,
    p50: median(load.latencies),
  };
}
