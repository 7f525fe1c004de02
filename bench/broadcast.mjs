// Server CPU per delivery of broadcasts to 1,000 connections, as a ratio to a hand-written `ws` server in the same run.
// Usage: npm run bench:broadcast [-- --rounds 15 --quick]
import { interleave, median, metered, openSockets, ratio, report, slice, startServer } from './harness.mjs';

const connections = 1_000;
const servers = { raw: await startServer('raw'), rocket: await startServer('rocket') };
const loads = {};
for (const name of Object.keys(servers)) loads[name] = await openLoad(name);

const rows = [];
for (const underWay of [2, 8]) {
  const measured = await interleave((name) => runSlice(loads[name], underWay));
  rows.push({
    'broadcasts under way': underWay,
    'raw deliveries/s': Math.round(median(measured.map(({ raw }) => raw.rate))),
    'deliveries/s ÷ raw': ratio(measured, 'rate'),
    'raw µs CPU/delivery': median(measured.map(({ raw }) => raw.perDelivery)).toFixed(2),
    'CPU/delivery ÷ raw': ratio(measured, 'perDelivery'),
    'generator busy': `${Math.round(100 * median(measured.map(({ rocket }) => rocket.busy)))} %`,
  });
}
for (const server of Object.values(servers)) server.kill();
report('broadcast', rows);
process.exit();

async function openLoad(name) {
  const load = { name, delivered: 0, asked: 0, running: false, drained: () => {} };
  for (const socket of await openSockets(name, servers[name], connections)) {
    let received = 0;
    socket.on('message', (data) => {
      // Several may come in one frame.
      const count = data[0] === 0x5b ? JSON.parse(data.toString()).length : 1;
      received += count;
      if (name === 'rocket' && received % 32 < count) socket.send(`{"$seen":{}}`);
      load.delivered += count;
      arrived(load);
    });
  }
  return load;
}

/** Asks for another broadcast when one has reached everybody. */
function arrived(load) {
  const complete = Math.floor(load.delivered / connections);
  if (load.running && load.asked - complete < load.underWay) ask(load, 1);
  if (!load.running && load.delivered === load.asked * connections) load.drained();
}

function ask(load, count) {
  load.asked += count;
  servers[load.name].send({ broadcast: count });
}

async function runSlice(load, underWay) {
  const figures = await metered(servers[load.name], async () => {
    Object.assign(load, { delivered: 0, asked: 0, running: true, underWay });
    ask(load, underWay);
    await new Promise((resolve) => setTimeout(resolve, slice));
    const drained = new Promise((resolve) => {
      load.drained = resolve;
    });
    load.running = false;
    arrived(load);
    await drained;
  });
  return {
    ...figures,
    rate: (load.delivered / figures.elapsed) * 1000,
    perDelivery: figures.cpu / load.delivered,
  };
}
