/**
 * The errors that travel: what a caller may be told when a call fails. One closed table; an app adds its
 * own codes with `new RocketError('my_code', 'sentence')`. What a developer is told at start or at compile
 * time is in `problems.ts`.
 */
export const errorTable = {
  bad_message: { sentence: 'Not a message', retryable: false },
  unknown_action: { sentence: 'No such action', retryable: false },
  invalid_arguments: { sentence: 'The arguments do not fit the action', retryable: false },
  unauthenticated: { sentence: 'Sign in first', retryable: false },
  forbidden: { sentence: 'Not allowed', retryable: false },
  not_found: { sentence: 'Not found', retryable: false },
  conflict: { sentence: 'Someone else changed it first', retryable: false },
  rate_limited: { sentence: 'Too many calls at once', retryable: true },
  too_large: { sentence: 'Too large', retryable: false },
  cancelled: { sentence: 'The call was cancelled', retryable: false },
  timeout: { sentence: 'The call took too long', retryable: true },
  outcome_unknown: {
    sentence: 'The connection was lost and the call may or may not have run',
    retryable: false,
  },
  unavailable: { sentence: 'The server cannot be reached', retryable: true },
  internal: { sentence: 'Something went wrong on the server', retryable: false },
} as const satisfies Record<string, { sentence: string; retryable: boolean }>;

export type ErrorCode = keyof typeof errorTable;

/** One thing that is wrong with the arguments of a call: where, and a sentence for the person who typed it. */
export interface Issue {
  /** Property names and array indexes from the arguments inwards, such as `['song', 'title']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** An error as it stands in a frame. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly Issue[];
  readonly retryable: boolean;
  /** For `internal`: what to look for in the server's log. */
  readonly reference?: string;
}

export interface RocketErrorOptions extends ErrorOptions {
  readonly issues?: readonly Issue[];
  /** Whether the same call may succeed when it is made again. @default what the table says of the code, else false */
  readonly retryable?: boolean;
  readonly reference?: string;
}

/**
 * An error whose code and message reach the caller. Anything else that an action throws arrives as
 * `internal`, with a reference to the server's log and nothing more.
 *
 * @example throw new RocketError('out_of_stock', 'The last copy was sold a moment ago');
 */
export class RocketError extends Error {
  /** A row of the table, or a code of the app's own. */
  readonly code: ErrorCode | (string & {});
  readonly issues: readonly Issue[];
  readonly retryable: boolean;
  readonly reference: string | undefined;

  constructor(code: ErrorCode | (string & {}), message?: string, options: RocketErrorOptions = {}) {
    const row = Object.hasOwn(errorTable, code) ? errorTable[code as ErrorCode] : undefined;
    super(message ?? row?.sentence ?? code, options);
    this.code = code;
    this.issues = options.issues ?? [];
    this.retryable = options.retryable ?? row?.retryable ?? false;
    this.reference = options.reference;
  }

  override get name(): string {
    return 'RocketError';
  }

  static fromWire(error: WireError): RocketError {
    return new RocketError(error.code, error.message, error);
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      ...(this.issues.length > 0 && { issues: this.issues }),
      retryable: this.retryable,
      ...(this.reference !== undefined && { reference: this.reference }),
    };
  }
}
