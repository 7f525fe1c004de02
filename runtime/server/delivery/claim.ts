import type { Session } from './session.js';

/** A session that is being taken over. */
export class Claim {
  /** Settles when it is here. */
  session: Promise<Session | undefined> = Promise.resolve(undefined);
  isKicked = false;
  /** The highest number of another owner that this node has been told of meanwhile. */
  fencedBy = 0;

  constructor(
    readonly id: string,
    /** Who is believed to have it. */
    readonly user: string,
  ) {}
}
