import { Gauge, type Registry } from 'prom-client';

/** What of a node is counted when it is asked for, since it is exact there and nowhere else. */
export interface NodeState {
  /** All sessions of this node, with and without a connection. */
  sessions(): Iterable<SessionState>;
  /** Calls whose action has not ended, those included for which nobody waits any more. */
  readonly callsUnderWay: number;
  /** What waits for the engine, in UTF-16 units of bodies. */
  readonly waiting: number;
}

export interface SessionState {
  readonly dialect: string;
  readonly connection: { readonly isFull: boolean } | undefined;
}

/** Registers what is read off a node at the moment of reading. */
export function nodeGauges(register: Registry, node: NodeState, isReady: () => boolean): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers: [register] },
      collect() {
        this.set(read());
      },
    });
  counted(register, 'rocket_connections', 'Connections that have a session', 'dialect', dialects, () =>
    tally(node.sessions(), ({ dialect, connection }) => (connection === undefined ? undefined : dialect)),
  );
  counted(register, 'rocket_sessions', 'Sessions of this node', 'state', states, () =>
    tally(node.sessions(), ({ connection }) => (connection === undefined ? 'detached' : 'attached')),
  );
  gauge('rocket_connections_full', 'Connections that take less than they are sent', () => {
    let full = 0;
    for (const { connection } of node.sessions()) if (connection?.isFull) full += 1;
    return full;
  });
  gauge('rocket_calls_running', 'Calls whose action has not ended', () => node.callsUnderWay);
  gauge('rocket_outbox_bytes', 'JSON that waits for the engine, in UTF-16 units', () => node.waiting);
  gauge('rocket_ready', '1 while new clients should be sent here', () => (isReady() ? 1 : 0));
}

const dialects = ['rocket.v1', 'plain'];
const states = ['attached', 'detached'];

/** A gauge of one label, whose values that are known beforehand are never absent: an absent one cannot be compared with. */
function counted(
  register: Registry,
  name: string,
  help: string,
  label: string,
  known: readonly string[],
  count: () => ReadonlyMap<string, number>,
): void {
  new Gauge({
    ...{ name, help, labelNames: [label], registers: [register] },
    collect() {
      const counts = count();
      for (const value of known) this.set({ [label]: value }, counts.get(value) ?? 0);
    },
  });
}

function tally(
  sessions: Iterable<SessionState>,
  read: (session: SessionState) => string | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const session of sessions) {
    const value = read(session);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}
