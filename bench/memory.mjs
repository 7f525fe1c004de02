// Memory of a server per idle connection, each with a session that can be resumed, at 5,000 connections, as a ratio to a
// hand-written `ws` server. Each figure is of a fresh process, before and after the connections came.
// Usage: npm run bench:memory [-- --quick]
import { interleave, median, openSockets, ratio, report, rounds, startServer, usage } from './harness.mjs';

const connections = 5_000;
const measured = await interleave(measure, Math.min(rounds, 5));
report('memory', [
  {
    connections,
    'raw heap KiB': kib(measured.map(({ raw }) => raw.heap)),
    'heap ÷ raw': ratio(measured, 'heap'),
    'raw RSS KiB': kib(measured.map(({ raw }) => raw.rss)),
    'RSS ÷ raw': ratio(measured, 'rss'),
  },
]);

async function measure(name) {
  const server = await startServer(name, ['--expose-gc']);
  const warm = await openSockets(name, server, 200);
  const before = await usage(server);
  const sockets = await openSockets(name, server, connections);
  const after = await usage(server);
  for (const socket of [...warm, ...sockets]) socket.terminate();
  server.kill();
  return { heap: (after.heap - before.heap) / connections, rss: (after.rss - before.rss) / connections };
}

function kib(figures) {
  return (median(figures) / 1024).toFixed(2);
}
