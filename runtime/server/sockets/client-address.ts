import { BlockList, isIP } from 'node:net';

/** Addresses and networks such as `10.0.0.0/8` or `::1`, which may say whom they speak for. */
export class TrustedProxies {
  private readonly list = new BlockList();

  /** @throws RangeError for what is no address and no network */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const { address, family, prefix } = parseNetwork(network);
      this.list.addSubnet(address, prefix, family);
    }
  }

  has(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}

export interface Client {
  readonly address: string;
  readonly secure: boolean;
}

/**
 * Who is at the far end. A forwarding header is believed from a trusted proxy only, and each entry of it only as far
 * as the one who wrote it is trusted: what stands left of the first stranger is that stranger's word.
 */
export function clientOf(
  remoteAddress: string,
  encrypted: boolean,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  proxies: TrustedProxies,
): Client {
  let address = plainAddress(remoteAddress);
  const forwarded = listOf(headers['x-forwarded-for']);
  let hops = 0;
  while (hops < forwarded.length && proxies.has(address)) {
    const next = plainAddress(forwarded[forwarded.length - 1 - hops] as string);
    if (isIP(next) === 0) break;
    address = next;
    hops += 1;
  }
  if (!proxies.has(plainAddress(remoteAddress))) return { address, secure: encrypted };
  const protocols = listOf(headers['x-forwarded-proto']);
  const protocol = protocols[Math.max(0, protocols.length - Math.max(1, hops))];
  return { address, secure: protocol === undefined ? encrypted : protocol.toLowerCase() === 'https' };
}

/** What connections are counted by: an IPv4 address, or the /64 network that one customer has of IPv6. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  const groups = [...front, ...Array<string>(zeros).fill('0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** Whether the text is an address or a network that `TrustedProxies` takes. */
export function isNetwork(text: string): boolean {
  try {
    parseNetwork(text);
    return true;
  } catch {
    return false;
  }
}

function parseNetwork(text: string): { address: string; family: 'ipv4' | 'ipv6'; prefix: number } {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most);
  if (version === 0 || rest.length > 0 || !isPrefix)
    throw new RangeError(`"${text}" is no address and no network`);
  return {
    address,
    family: version === 4 ? 'ipv4' : 'ipv6',
    prefix: prefix === undefined ? most : Number(prefix),
  };
}

/** Without the port, brackets and zone that some proxies write, and IPv4 as itself where it comes over IPv6. */
function plainAddress(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1];
  const bare = bracketed ?? (/^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text);
  const address = bare.replace(/%.*$/, '');
  return /^::ffff:[\d.]+$/i.test(address) ? address.slice(7) : address;
}

function listOf(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
