import { networkOf } from './client-address.js';

export interface ConnectionLimitOptions {
  /** Sockets that are open at once; Infinity for any number. */
  readonly maxConnections: number;
  /** Sockets that one address has open at once; Infinity for any number. */
  readonly maxConnectionsPerAddress: number;
}

/** Counts sockets from the first request to the end. Without a limit on addresses none is remembered. */
export class ConnectionLimits {
  private count = 0;
  private readonly addresses = new Map<string, number>();

  constructor(private readonly options: ConnectionLimitOptions) {}

  /** @returns which limit is in the way; undefined: the socket is counted until `leave`. */
  enter(address: string): 'all' | 'address' | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.options;
    if (this.count >= maxConnections) return 'all';
    if (maxConnectionsPerAddress !== Number.POSITIVE_INFINITY) {
      const network = networkOf(address);
      const here = this.addresses.get(network) ?? 0;
      if (here >= maxConnectionsPerAddress) return 'address';
      this.addresses.set(network, here + 1);
    }
    this.count += 1;
    return undefined;
  }

  leave(address: string): void {
    this.count -= 1;
    const network = networkOf(address);
    const here = this.addresses.get(network);
    if (here === undefined) return;
    if (here > 1) this.addresses.set(network, here - 1);
    else this.addresses.delete(network);
  }
}
