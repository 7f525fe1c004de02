import type { Rate } from '../../../src/token-bucket.js';
import { isNetwork } from './client-address.js';
import { defaultBufferLimit, leastBufferLimit } from './ws-wire.js';

/** What an app may say of who may connect, how many, and how much each may send and hold. */
export interface SocketLimits {
  /**
   * Whether a request without an Origin header is refused. Browsers always send one; other programs need not, and can
   * send any. @default false
   */
  readonly requireOrigin?: boolean;
  /** Sockets that this process has open at once; more are refused with HTTP status 503. @default any number */
  readonly maxConnections?: number;
  /**
   * Sockets that one address has open at once; more are refused with HTTP status 429. IPv6 counts by /64 network, and
   * behind a proxy all come from the proxy's address unless it is one of `trustedProxies`. @default any number
   */
  readonly maxConnectionsPerAddress?: number;
  /**
   * Proxies in front of the app: addresses and networks such as `10.0.0.0/8`. What they say in `X-Forwarded-For` and
   * `X-Forwarded-Proto` is believed, of nobody else. @default none
   */
  readonly trustedProxies?: readonly string[];
  /** Bytes that wait for a connection before it counts as slow and is not read, at least 65,536. @default 262,144 (256 KiB) */
  readonly bufferLimit?: number;
  /**
   * How many messages a connection may send: so many a second in the long run, so many at once; false for any number. The calls
   * of a message count one each. A connection that sends more is closed (4029, in plain 1008).
   *
   * The default leaves a full frame (4096 calls) and a game of 60 frames a second alone, and takes a few hundredths of a
   * processor from who sends as much as is let through. @default { perSecond: 1,000, burst: 5,000 }
   */
  readonly messageRate?: Rate | false;
}

export const socketLimitNames: Readonly<Record<keyof SocketLimits, true>> = {
  requireOrigin: true,
  maxConnections: true,
  maxConnectionsPerAddress: true,
  trustedProxies: true,
  bufferLimit: true,
  messageRate: true,
};

export type ResolvedSocketLimits = Readonly<Required<SocketLimits>>;

/** With every default filled in. */
export function resolveSocketLimits(limits: SocketLimits): ResolvedSocketLimits {
  return {
    requireOrigin: limits.requireOrigin ?? false,
    maxConnections: limits.maxConnections ?? Number.POSITIVE_INFINITY,
    maxConnectionsPerAddress: limits.maxConnectionsPerAddress ?? Number.POSITIVE_INFINITY,
    trustedProxies: limits.trustedProxies ?? [],
    bufferLimit: limits.bufferLimit ?? defaultBufferLimit,
    messageRate: limits.messageRate ?? { perSecond: 1_000, burst: 5_000 },
  };
}

/** What does not work: the option, what it is, and what it should be. */
export function* badSocketLimits(
  limits: ResolvedSocketLimits,
): Generator<readonly [option: keyof SocketLimits, value: unknown, wanted: string]> {
  const { requireOrigin, trustedProxies, bufferLimit, messageRate } = limits;
  if (typeof requireOrigin !== 'boolean') yield ['requireOrigin', requireOrigin, 'true or false'];
  for (const name of ['maxConnections', 'maxConnectionsPerAddress'] as const) {
    const value = limits[name];
    if (value !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(value) && value >= 1))
      yield [name, value, 'a whole number from 1, or leave it out for any number'];
  }
  const networks: readonly unknown[] = Array.isArray(trustedProxies) ? trustedProxies : [trustedProxies];
  for (const network of networks) {
    if (typeof network !== 'string' || !isNetwork(network))
      yield [
        'trustedProxies',
        network,
        "a list of addresses and networks, such as ['127.0.0.1', '10.0.0.0/8']",
      ];
  }
  if (!(Number.isSafeInteger(bufferLimit) && bufferLimit >= leastBufferLimit))
    yield ['bufferLimit', bufferLimit, `a whole number from ${leastBufferLimit}`];
  if (messageRate !== false && !isRate(messageRate))
    yield ['messageRate', messageRate, 'numbers from 1, such as { perSecond: 1000, burst: 5000 }, or false'];
}

function isRate(rate: Rate | null): boolean {
  return [rate?.perSecond, rate?.burst].every((value) => Number.isFinite(value) && (value as number) >= 1);
}
