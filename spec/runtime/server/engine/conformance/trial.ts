import { expect, test } from '@jest/globals';
import type {
  Engine,
  EngineSettings,
  Entry,
  HistoryLimits,
} from '../../../../../runtime/server/engine/engine.js';
import { ManualClock } from '../../../../../runtime/testing/manual-clock.js';
import type { Clock } from '../../../../../src/clock.js';
import { Events } from '../../../../../src/events.js';
import type { Position } from '../../../../../src/protocol/positions.js';
import { markOf, RecordingNode } from './recording-node.js';

/** How the suite gets at an engine. Made anew for each test, with nothing of an earlier one in it. */
export interface EngineMaker {
  /** What the engines are started with. */
  readonly clock: Clock;
  /** Lets time go by: moves a clock that stands still, or waits. */
  pass(ms: number): Promise<void>;
  /** Milliseconds of the window, for tests of it. */
  readonly window: number;
  engine(): Engine;
  /** An engine for one more node, which shares what the first has. */
  second?(): Engine;
  /** Ends a node as `kill -9` does. It is stopped after that, to let go of what it has. */
  kill?(engine: Engine): void | Promise<void>;
  /** The engine of the next process, once that of the first has stopped. */
  reopen?(): Engine;
  /** The engine has lost the record of a session. */
  lose?(session: string): void | Promise<void>;
  /** No engine can reach what it shares, until `up`. */
  down?(): void | Promise<void>;
  up?(): void | Promise<void>;
  /** When all engines have stopped. */
  end(): void | Promise<void>;
}

/** What only some can do; each is a method of the maker, or two. */
export type Ability = 'second' | 'kill' | 'reopen' | 'lose' | 'down';

export type MakeEngines = () => EngineMaker | Promise<EngineMaker>;

/** Defines a test that has a node, and as many more as it asks for. */
export type Try = (title: string, run: (trial: Trial) => Promise<void>, settings?: TrialSettings) => void;

export interface TrialSettings {
  /** `short`: that of the maker. Otherwise it does not end while a test runs, however slow the machine. */
  readonly window?: 'short';
  /** @default 1,000 entries, 10 MB */
  readonly history?: HistoryLimits;
}

/** Milliseconds for which a node that says nothing counts as alive. */
export const lease = 5000;

export const page = { entries: 1000, bytes: 1e7 };

export const conflict = { code: 'conflict', retryable: false };
export const notFound = { code: 'not_found', retryable: false };
/** What was asked was sent, and no answer came: asked again, it might be done twice. */
export const outcomeUnknown = { code: 'outcome_unknown', retryable: false };
export const unavailable = { code: 'unavailable', retryable: true };

/** Names that strangers may give to groups, users and keys. */
export const oddNames = [
  'two words',
  'two\nlines',
  '"quoted"',
  "it's",
  '{}',
  '{slot}',
  '😀',
  '__proto__',
  'constructor',
  '*',
  '%s',
  '',
];

export function trying(make: MakeEngines): Try {
  return (title, run, settings = {}) =>
    test(title, async () => {
      const trial = new Trial(await make(), settings);
      try {
        await trial.begin();
        await run(trial);
      } catch (error) {
        await trial.end().catch(() => undefined);
        throw error;
      }
      await trial.end();
      if (trial.maker.clock instanceof ManualClock) expect(trial.maker.clock.pending).toBe(0);
    });
}

/** A test's nodes. */
export class Trial {
  /** The first node. */
  node = new RecordingNode('one');
  private readonly nodes: RecordingNode[] = [];
  private marks = 0;

  constructor(
    readonly maker: EngineMaker,
    private readonly settings: TrialSettings,
  ) {}

  get engine(): Engine {
    return this.node.engine;
  }

  get window(): number {
    return this.settings.window === 'short' ? this.maker.window : 600_000;
  }

  async begin(): Promise<void> {
    await this.start(this.node, this.maker.engine());
  }

  async another(id = 'two'): Promise<RecordingNode> {
    return this.start(new RecordingNode(id), ability(this.maker.second?.()));
  }

  async kill(node: RecordingNode): Promise<void> {
    await this.maker.kill?.(node.engine);
  }

  /** The first node again, as another process. */
  async reopen(): Promise<void> {
    await this.engine.stop();
    this.node = await this.start(new RecordingNode('one again'), ability(this.maker.reopen?.()));
  }

  /**
   * Claims a session whose window has begun, on the first node.
   *
   * @param began the time before it did
   * @returns whether it has it: always, unless the machine was so slow that the window may have passed
   */
  async claimInTime(session: string, began: number): Promise<boolean> {
    const claimed = await this.node.claim(session);
    if (this.maker.clock.now() - began < this.window) expect(claimed).toBeDefined();
    return claimed !== undefined;
  }

  pass(ms: number): Promise<void> {
    return this.maker.pass(ms);
  }

  /** Waits until nodes that follow a source have everything that came to it until now. */
  async settled(source: string, ...nodes: readonly RecordingNode[]): Promise<void> {
    this.marks += 1;
    const mark = markOf(this.marks);
    await this.node.append(source, mark);
    await eventually(() => {
      for (const node of nodes) expect(node.hasMark(source, mark)).toBe(true);
    });
  }

  async end(): Promise<void> {
    for (const { engine } of this.nodes) {
      await engine.stop();
      await engine.stop();
    }
    await this.maker.end();
  }

  private async start(node: RecordingNode, engine: Engine): Promise<RecordingNode> {
    const { clock } = this.maker;
    const settings: EngineSettings = {
      ...{ clock, window: this.window, events: new Events() },
      history: this.settings.history ?? page,
    };
    this.nodes.push(node);
    await node.start(engine, settings);
    return node;
  }
}

/** Settles when `check` holds: engines tell other nodes when they can. */
export async function eventually<Value>(check: () => Value | Promise<Value>): Promise<Value> {
  const end = performance.now() + 15_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** All that is kept of a source behind a position, page by page. */
export async function readAll(
  engine: Engine,
  source: string,
  after: Position,
  limits: HistoryLimits = page,
): Promise<Entry[]> {
  const all: Entry[] = [];
  for (;;) {
    const read = await engine.range(source, all.at(-1)?.position ?? after, limits);
    if ('gap' in read) throw new Error(`Reading "${source}" ended in a gap: ${read.gap}`);
    all.push(...read.entries);
    const last = all.at(-1)?.position ?? after;
    if (last[1] >= read.head[1]) return all;
    expect(read.entries).not.toEqual([]);
  }
}

function ability(engine: Engine | undefined): Engine {
  if (engine === undefined) throw new Error('The maker cannot do what it is said to do');
  return engine;
}
