import type { ClientControl } from '../../src/protocol/frames.js';
import type { CallOptions } from './call-options.js';

/** How a call is made beside its name and params. */
export interface CallForm extends CallOptions {
  /** The params are a form's: the server expands names and converts text. */
  readonly form?: boolean;
}

/** Who is told how a call went: a `Reply`, or a stream. */
export interface Outcome {
  item?(item: unknown): void;
  /** Of a stream: how many items have come, and how many more it takes. */
  readonly credit?: readonly [number, number];
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** One call, until it is known how it went. */
export class Call {
  private isOver = false;

  constructor(
    readonly id: number,
    readonly name: string,
    /** The message that makes the call, always the same. */
    readonly text: string,
    private readonly outcome: Outcome,
    /** The call is over for whoever made it. */
    private readonly release: () => void,
  ) {}

  /** Whether whoever made it has been told how it went; the server may not know yet. */
  get isGivenUp(): boolean {
    return this.isOver;
  }

  /** What a session that goes on is to be told of this call. */
  again(): string {
    if (this.isOver) return JSON.stringify({ $cancel: this.id } satisfies ClientControl);
    const { credit } = this.outcome;
    return credit === undefined ? this.text : `${this.text.slice(0, -1)},"$items":${JSON.stringify(credit)}}`;
  }

  item(item: unknown): void {
    this.outcome.item?.(item);
  }

  resolve(value: unknown): void {
    if (this.end()) this.outcome.resolve(value);
  }

  reject(error: Error): void {
    if (this.end()) this.outcome.reject(error);
  }

  /** @returns false where it was over already */
  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.release();
    return true;
  }
}
