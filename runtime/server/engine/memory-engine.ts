import { randomBytes } from 'node:crypto';
import type { Position } from '../../../src/protocol/positions.js';
import type { Engine, EngineNode, NewEntry } from './engine.js';

/**
 * The engine of a single process: a source is a counter, and delivery is a function call. A source is
 * remembered while the node follows it and begins a new generation when it is followed again, so
 * that memory holds what is in use and no position is ever given twice.
 */
export class MemoryEngine implements Engine {
  /** Differs at each boot: positions of an earlier process mean nothing here. */
  private readonly boot = randomBytes(3).toString('base64url');
  private generations = 0;
  private readonly followed = new Map<string, Source>();
  private node: EngineNode | undefined;

  async start(node: EngineNode): Promise<void> {
    this.node = node;
  }

  async stop(): Promise<void> {
    this.node = undefined;
    this.followed.clear();
  }

  async append(name: string, entry: NewEntry): Promise<Position> {
    const source = this.followed.get(name);
    if (source === undefined) return [this.newGeneration(), 1];
    source.number += 1;
    const position: Position = [source.generation, source.number];
    this.node?.deliver(name, { ...entry, position });
    return position;
  }

  async follow(name: string): Promise<Position> {
    const source = { generation: this.newGeneration(), number: 0 };
    this.followed.set(name, source);
    return [source.generation, source.number];
  }

  unfollow(name: string): void {
    this.followed.delete(name);
  }

  private newGeneration(): string {
    this.generations += 1;
    return this.boot + this.generations.toString(36);
  }
}

interface Source {
  readonly generation: string;
  number: number;
}
