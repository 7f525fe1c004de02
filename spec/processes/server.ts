import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Engine } from '../../runtime/server/engine/engine.js';
import { fileEngine } from '../../runtime/server/engine/file-engine.js';
import { redisEngine } from '../../runtime/server/engine/redis/redis-engine.js';
import { Gateway } from '../../runtime/server/sockets/gateway.js';
import { systemClock } from '../../src/clock.js';
import type { Letter } from '../simulation/app.js';
import type { Observation } from '../simulation/history.js';
import { seeded } from '../simulation/random.js';
import { SimulatedNode } from '../simulation/simulated-node.js';
import { StandingClock } from '../simulation/standing-clock.js';
import type { EngineChoice } from './ground.js';

/**
 * A server in a process of its own: the node of the simulation behind a real port, over a real engine. What it sees it
 * writes to its standard output, a line each with the time of the machine's monotonic clock; a pipe is written at once,
 * so that a kill loses no line. Its arguments: the choice of the engine as JSON, port (0 takes a free one).
 */
export type Order =
  | { readonly do: 'send'; readonly letter: Letter; readonly session?: string | undefined }
  | { readonly do: 'kick'; readonly user: string }
  | { readonly do: 'members'; readonly groups: readonly string[] };

const [choice = '', port = '0'] = process.argv.slice(2);
const id = `n${process.pid}`;
let names = 0;
let target: string | undefined;
const taken = new Set<string>();

const history = {
  note: (observation: Observation) => {
    process.stdout.write(`${process.hrtime.bigint()} ${JSON.stringify(observation)}\n`);
  },
};
const world = {
  ...{ clock: systemClock, random: seeded(process.pid), mutant: {}, history },
  nextName: (what: string) => {
    names += 1;
    return `${what}${process.pid}x${names}`;
  },
  sessionName: (session: string) => session,
  sessionOf: () => target,
  accepted: (source: string, message: string) => {
    if (taken.has(`${message} ${source}`)) return;
    taken.add(`${message} ${source}`);
    history.note({ kind: 'accepted', message, source });
  },
  suspect: (error: unknown) => history.note({ kind: 'troubled', client: id, error: String(error) }),
};

const engine = Object.assign(chosen(JSON.parse(choice) as EngineChoice), { kill: () => undefined });
const node = new SimulatedNode(id, world, new StandingClock(systemClock), engine);
await node.start();
const gateway = new Gateway(
  { path: '/rocket', origins: '*', maxPayload: 1_000_000, closeGrace: 500 },
  {
    admit: async () => ({ status: 403, reason: 'rocket.v1 only' }),
    open: (wire, request, identity) => node.reception?.open(wire, request, identity),
    refused: () => undefined,
  },
  systemClock,
);
const http = createServer();
http.on('upgrade', (request, socket, head) => void gateway.upgrade(request, socket, head));
process.on('message', (order: Order) => void obey(order));
process.on('SIGTERM', () => void end());
// Whoever started it is gone: nobody would ever end it.
process.on('disconnect', () => process.exit());
http.listen(Number(port), '127.0.0.1', () => {
  process.send?.({ id, port: (http.address() as AddressInfo).port });
});

function chosen(engine: EngineChoice): Engine {
  if (engine.kind === 'file') return fileEngine(engine.folder);
  const { url, functions } = engine;
  return redisEngine({ url, functions });
}

async function obey(order: Order): Promise<void> {
  if (order.do === 'send') {
    target = order.session;
    await node.send(order.letter);
  } else if (order.do === 'kick') {
    history.note({ kind: 'kicking', user: order.user });
    await node.node.transmitter.kick(order.user);
    history.note({ kind: 'kicked', user: order.user });
  } else {
    for (const group of order.groups) {
      const members = await node.node.presence.members(group);
      history.note({ kind: 'members', group, sessions: members.map(({ session }) => session) });
    }
    process.send?.('members');
  }
}

async function end(): Promise<void> {
  gateway.drain();
  await node.node.drain();
  node.node.close();
  await gateway.close();
  await node.node.stop();
  http.close();
  process.disconnect();
}
