import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Observation } from '../simulation/history.js';
import { repository } from '../support/repository.js';
import type { EngineChoice } from './ground.js';
import type { Order } from './server.js';

/** Milliseconds that a server gets to drain and end. */
const patience = 30_000;

/** What was seen, and when by the machine's monotonic clock, in nanoseconds. */
export type Witnessed = readonly [time: bigint, observation: Observation];

/** A server of a run, which is killed, stopped, and started again on the same port with the same engine. */
export class FaultyServer {
  id = '';
  port = 0;
  private child: ChildProcess | undefined;
  /** Rejects when the process that runs now has ended. */
  private gone: Promise<never> | undefined;
  private readonly outputs: Promise<unknown>[] = [];
  /** What it printed on its standard error. */
  complaints = '';

  constructor(
    private readonly engine: () => EngineChoice,
    private readonly seen: (witnessed: Witnessed) => void,
  ) {}

  get runs(): boolean {
    return this.child !== undefined;
  }

  async start(): Promise<void> {
    const hooks = pathToFileURL(join(repository, 'scripts/typescript-hooks.mjs')).href;
    const child = fork(
      join(repository, 'spec/processes/server.ts'),
      [JSON.stringify(this.engine()), String(this.port)],
      {
        execArgv: ['--import', hooks],
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    );
    this.child = child;
    this.listen(child);
    const gone = once(child, 'exit').then(([code, signal]) => {
      // Nobody asked for it.
      if (this.child === child) this.complaints += `The server ended with ${signal ?? code}\n`;
      throw new Error(`The server ended with ${signal ?? code}:\n${this.complaints}`);
    });
    this.gone = gone;
    gone.catch(() => undefined);
    const [{ id, port }] = (await Promise.race([once(child, 'message'), gone])) as [
      { id: string; port: number },
    ];
    this.id = id;
    this.port = port;
  }

  order(order: Order): void {
    if (this.child?.connected) this.child.send(order);
  }

  /** @returns settles when the server says that it has noted who is where */
  async members(groups: readonly string[]): Promise<void> {
    this.order({ do: 'members', groups });
    if (this.child !== undefined) await Promise.race([once(this.child, 'message'), this.gone]);
  }

  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Settles when the process is gone. Safe to call when it is. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    this.child = undefined;
    const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGCONT');
    child.kill(signal);
    const impatience = setTimeout(() => {
      this.complaints += `The server did not end in ${patience} ms after ${signal}\n`;
      child.kill('SIGKILL');
    }, patience);
    await exited;
    clearTimeout(impatience);
  }

  /** Settles when everything that ended servers have written has been read. */
  async silence(): Promise<void> {
    await Promise.all(this.outputs);
  }

  private listen(child: ChildProcess): void {
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.read(line);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaints += text;
    });
    this.outputs.push(once(child, 'close'));
  }

  private read(line: string): void {
    const space = line.indexOf(' ');
    this.seen([BigInt(line.slice(0, space)), JSON.parse(line.slice(space + 1)) as Observation]);
  }
}
