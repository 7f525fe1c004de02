import { CallLedger } from '../../runtime/server/delivery/call-ledger.js';
import type {
  ClaimedSession,
  Engine,
  EngineNode,
  Entry,
  GroupSpan,
  Page,
} from '../../runtime/server/engine/engine.js';
import type { SharedFrame } from '../../runtime/server/sockets/shared-frame.js';
import type { Wire } from '../../runtime/server/sockets/wire.js';
import type { Invariant } from './checker.js';
import type { Mutant } from './world.js';

/** A bug that somebody might write, planted between a node and its neighbours, and what it has to be caught by. */
export interface PlantedBug extends Mutant {
  readonly name: string;
  /** Any of these. */
  readonly caughtBy: readonly Invariant[];
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'fencing is off: the former owner of a session is not told, and may write',
    caughtBy: ['one owner', 'fence', 'no duplicates', 'no loss'],
    engine: (engine) => ({
      ...engine,
      start: (node, settings) => engine.start({ ...passedOn(node), fenced: () => {} }, settings),
      writeSession: (id, owner, changes) => engine.writeSession(id, owner, changes).catch(() => {}),
    }),
  },
  {
    name: 'a page of a replay is skipped',
    caughtBy: ['no loss', 'no trouble', 'session loss has a cause'],
    engine: (engine) => ({
      ...engine,
      range: (source, after, limits) =>
        mapPage(engine.range(source, after, limits), (entries) =>
          entries.length > 3 ? entries.slice(3) : entries,
        ),
    }),
  },
  {
    name: 'a replay loses what an entry says and keeps its place',
    caughtBy: ['no loss'],
    engine: (engine) => ({
      ...engine,
      range: (source, after, limits) =>
        mapPage(engine.range(source, after, limits), (entries) =>
          entries.map((entry, place) => (place === 1 ? { ...entry, body: undefined } : entry)),
        ),
    }),
  },
  {
    name: 'a position is used again',
    caughtBy: ['no loss', 'no trouble', 'session loss has a cause', 'gap soundness'],
    engine: (engine) => ({
      ...engine,
      start: (node, settings) => {
        const reused = (entry: Entry): Entry => {
          const [generation, number] = entry.position;
          return number % 5 === 0 ? { ...entry, position: [generation, number - 1] } : entry;
        };
        const deliver = (source: string, entry: Entry) => node.deliver(source, reused(entry));
        return engine.start({ ...passedOn(node), deliver }, settings);
      },
    }),
  },
  {
    name: 'a call that is sent again is run again',
    caughtBy: ['executed once'],
    plant: () => {
      const { state } = CallLedger.prototype;
      CallLedger.prototype.state = function forgetful(id) {
        const known = state.call(this, id);
        return known === 'used' ? 'used' : 'new';
      };
      return () => {
        CallLedger.prototype.state = state;
      };
    },
  },
  {
    name: 'all but the sender includes the sender in a replay',
    caughtBy: ['isolation'],
    engine: (engine) => ({
      ...engine,
      range: (source, after, limits) =>
        mapPage(engine.range(source, after, limits), (entries) =>
          entries.map(({ except: _, ...entry }) => entry),
        ),
    }),
  },
  {
    name: 'a gap is not told',
    caughtBy: ['no loss'],
    wire: (wire) =>
      changed(wire, (text, send) => {
        if (!text.includes('"$gap"')) send(text);
      }),
  },
  {
    name: 'a member is whoever is a member when it comes back',
    caughtBy: ['no loss'],
    engine: (engine) => ({
      ...engine,
      claimSession: async (id, proof, user) => {
        const claimed = await engine.claimSession(id, proof, user);
        return claimed && { ...claimed, groups: await fromNowOn(engine, claimed) };
      },
    }),
  },
  {
    name: 'who has left a group still gets what is sent to it',
    caughtBy: ['isolation', 'no duplicates'],
    engine: (engine) => ({
      ...engine,
      writeSession: (id, owner, changes) => {
        const groups = Object.entries(changes.groups ?? {}).filter(
          ([, spans]) => spans.at(-1)?.until === undefined,
        );
        return engine.writeSession(id, owner, { ...changes, groups: Object.fromEntries(groups) });
      },
    }),
  },
  {
    name: 'a reply overtakes what was sent before it',
    caughtBy: ['reply after emissions'],
    wire: (wire) => {
      let held: string | undefined;
      return changed(wire, (text, send) => {
        const former = held;
        held = undefined;
        const isOwn = text.includes('"Post.letter"') && !text.includes('"$of"');
        if (isOwn && former === undefined) held = text;
        else send(text);
        if (former !== undefined) send(former);
        // Nothing is held for longer than the turn.
        setImmediate(() => {
          if (held !== undefined && held === text) {
            held = undefined;
            send(text);
          }
        });
      });
    },
  },
  {
    name: 'a kicked session can be resumed',
    caughtBy: ['resume is allowed'],
    engine: (engine) => ({ ...engine, kick: async () => {} }),
  },
  {
    name: 'the secret is not looked at',
    caughtBy: ['resume is allowed', 'one owner', 'session loss has a cause'],
    engine: (engine) => ({
      ...engine,
      openSession: (id, facts) => {
        proofs.set(id, facts.proof);
        return engine.openSession(id, facts);
      },
      claimSession: (id, proof, user) => engine.claimSession(id, proofs.get(id) ?? proof, user),
    }),
  },
  {
    name: 'nobody ever departs',
    caughtBy: ['presence converges', 'presence alternates'],
    engine: (engine) => ({ ...engine, depart: async () => {} }),
  },
  {
    name: 'messages to a user reach everybody',
    caughtBy: ['isolation', 'no duplicates', 'no loss'],
    engine: (engine) => ({
      ...engine,
      append: (source, entries, number) =>
        engine.append(source.startsWith('user:') ? 'all' : source, entries, number),
    }),
  },
];

function mapPage(page: Page | Promise<Page>, change: (entries: readonly Entry[]) => readonly Entry[]) {
  const map = (one: Page): Page => ('gap' in one ? one : { ...one, entries: change(one.entries) });
  return page instanceof Promise ? page.then(map) : map(page);
}

async function fromNowOn(engine: Engine, { groups }: ClaimedSession): Promise<ClaimedSession['groups']> {
  const moved: Record<string, GroupSpan[]> = {};
  for (const [group, spans] of Object.entries(groups)) {
    moved[group] = [];
    for (const span of spans) {
      const page = await engine.range(`group:${group}`, span.from, { entries: 1000, bytes: 1_000_000 });
      const isNow = !('gap' in page) && span.until === undefined;
      moved[group].push(isNow ? { ...span, from: page.head } : span);
    }
  }
  return moved;
}

/** A node as an engine sees it, to be changed. */
function passedOn(node: EngineNode): EngineNode {
  return {
    id: node.id,
    deliver: (source, entry) => node.deliver(source, entry),
    moved: (source, head) => node.moved(source, head),
    flash: (sources, entry) => node.flash(sources, entry),
    fenced: (session, owner) => node.fenced(session, owner),
    kicked: (user, reason) => node.kicked(user, reason),
    revalidate: () => node.revalidate(),
    receive: (session, entry) => node.receive(session, entry),
  };
}

/** Of all worlds: ids are never used twice. */
const proofs = new Map<string, string>();

/** A wire that changes what is sent. */
function changed(wire: Wire, change: (text: string, send: (text: string) => void) => void): Wire {
  return new Proxy(wire, {
    get(target, name, receiver) {
      if (name === 'send')
        return (frame: string | SharedFrame) =>
          change(typeof frame === 'string' ? frame : frame.text, (text) => target.send(text));
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}
