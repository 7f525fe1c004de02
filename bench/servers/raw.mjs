// The baseline: what a person writes on `ws` by hand. JSON in, a look-up, JSON out; a broadcast is a loop.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { report } from './report.mjs';

const actions = new Map([['Bench.echo', ({ text }) => ({ text })]]);
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { name, args, id } = JSON.parse(data.toString());
    socket.send(JSON.stringify({ id, value: actions.get(name)(args) }));
  });
});
const text = 'x'.repeat(100);
const broadcast = () => {
  const frame = JSON.stringify({ name: 'Bench.told', args: { text } });
  for (const socket of server.clients) socket.send(frame);
};
http.listen(0, '127.0.0.1', () => report(http.address().port, broadcast));
