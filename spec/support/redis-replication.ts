import type { Redis } from './redis-server.js';

/** Whether it is a replica by its own account, of whomever. */
export async function isFollower(server: Redis): Promise<boolean> {
  return (await replication(server)).get('role') === 'slave';
}

/** @throws unless the replica follows the primary and has all that it has */
export async function followsWell(replica: Redis, primary: Redis): Promise<void> {
  // In this order: what the primary is given in between the replica need not have.
  const had = (await replication(primary)).get('master_repl_offset');
  const state = await replication(replica);
  const why = `The replica of port ${replica.port} does not follow port ${primary.port}`;
  if (state.get('role') !== 'slave' || state.get('master_port') !== String(primary.port))
    throw new Error(why);
  if (state.get('master_link_status') !== 'up') throw new Error(`${why}: it has no connection`);
  if (Number(state.get('slave_repl_offset')) < Number(had)) throw new Error(`${why}: it lags behind`);
}

/**
 * Kills the primary after `during`, while which it lives and answers but not a byte of it reaches the replica. The replica
 * stands still meanwhile, so that it does not connect again; bytes that were on their way to it are
 * older, and what came after them was never sent.
 */
export async function cutOff(replica: Redis, primary: Redis, during: () => unknown): Promise<void> {
  replica.pause();
  try {
    await primary.cli('CLIENT', 'KILL', 'TYPE', 'replica');
    await during();
    await primary.kill();
  } finally {
    replica.resume();
  }
}

async function replication(server: Redis): Promise<Map<string, string>> {
  const lines = ((await server.cli('INFO', 'replication')) as string).split('\r\n');
  return new Map(lines.filter((line) => line.includes(':')).map((line) => split(line)));
}

function split(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1)];
}
