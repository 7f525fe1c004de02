import { randomBytes } from 'node:crypto';
import { types } from 'node:util';
import { RocketError } from '../../../src/errors.js';

/**
 * What a caller may learn of something that was thrown: a `RocketError` as it is, of anything else that
 * something went wrong, and a reference that is in the log too. Nothing of such a thing is read, so that
 * whatever it is cannot throw again; a `RocketError` that cannot be told is one of them.
 */
export function errorReply(thrown: unknown): RocketError {
  if (types.isPromise(thrown)) {
    // A rejected promise that is thrown has no handler, and would end the process.
    Promise.prototype.then.call(thrown, undefined, ignore);
  } else if (isRocketError(thrown) && canTravel(thrown)) {
    return thrown;
  }
  return new RocketError('internal', undefined, { reference: randomBytes(6).toString('hex') });
}

function isRocketError(thrown: unknown): thrown is RocketError {
  // `instanceof` runs a proxy's traps.
  return !types.isProxy(thrown) && thrown instanceof RocketError;
}

/** An app's own subclass may have getters that throw, or values that JSON cannot carry. */
function canTravel(error: RocketError): boolean {
  try {
    const told = error.toWire();
    return (
      JSON.stringify(told) !== undefined && typeof told.code === 'string' && typeof error.code === 'string'
    );
  } catch {
    return false;
  }
}

function ignore(): void {}
