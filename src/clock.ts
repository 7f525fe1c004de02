/**
 * Time as a seam: everything that waits asks a `Clock`, so that a test or a simulation can hold time
 * still and move it by hand.
 *
 * Guarantees: `now()` never goes backwards; timers due at the same moment fire in the order in which
 * they were set; a cancelled timer never fires.
 */
export interface Clock {
  /** Milliseconds since an arbitrary moment; only differences mean anything. */
  now(): number;
  /** Calls `run` once, `ms` milliseconds from now. Returns the function that cancels it. */
  after(ms: number, run: () => void): Cancel;
}

export type Cancel = () => void;

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
