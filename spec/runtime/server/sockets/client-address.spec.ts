import { describe, expect, test } from '@jest/globals';
import {
  clientOf,
  isNetwork,
  networkOf,
  TrustedProxies,
} from '../../../../runtime/server/sockets/client-address.js';

const proxies = new TrustedProxies(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);

function addressOf(remote: string, forwarded?: string | string[]): string {
  return clientOf(remote, false, { 'x-forwarded-for': forwarded }, proxies).address;
}

describe('the address of a client', () => {
  test.each<[string, string, string | string[] | undefined, string]>([
    ['is that of the socket', '192.0.2.1', undefined, '192.0.2.1'],
    ['is not what a stranger claims', '192.0.2.1', '198.51.100.7', '192.0.2.1'],
    ['is what a trusted proxy says', '10.1.2.3', '198.51.100.7', '198.51.100.7'],
    [
      'is the rightmost one that no proxy of ours has',
      '10.1.2.3',
      '1.1.1.1, 198.51.100.7, 10.9.9.9',
      '198.51.100.7',
    ],
    ['is read across several headers', '10.1.2.3', ['1.1.1.1', '198.51.100.7'], '198.51.100.7'],
    ['is the furthest proxy where all are trusted', '127.0.0.1', '10.0.0.5, 10.0.0.6', '10.0.0.5'],
    ['is that of the proxy whose word makes no sense', '127.0.0.1', '198.51.100.7, unknown', '127.0.0.1'],
    ['is that of the proxy which says nothing', '10.1.2.3', '', '10.1.2.3'],
    ['comes without a port', '10.1.2.3', '198.51.100.7:5000', '198.51.100.7'],
    ['comes without brackets', '10.1.2.3', '[2001:db8::1]:5000', '2001:db8::1'],
    ['is IPv4 although the socket speaks IPv6', '::ffff:10.1.2.3', '::ffff:198.51.100.7', '198.51.100.7'],
    ['is what a trusted IPv6 proxy says', 'fd00::1', '198.51.100.7', '198.51.100.7'],
  ])('%s', (_, remote, forwarded, address) => {
    expect(addressOf(remote, forwarded)).toBe(address);
  });
});

describe('whether a client is encrypted', () => {
  const secure = (remote: string, encrypted: boolean, proto?: string) =>
    clientOf(remote, encrypted, { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': proto }, proxies)
      .secure;

  test('is what a trusted proxy says, else what the socket is', () => {
    expect(secure('10.1.2.3', false, 'https')).toBe(true);
    expect(secure('10.1.2.3', true, 'http')).toBe(false);
    expect(secure('10.1.2.3', true)).toBe(true);
    expect(secure('192.0.2.1', false, 'https')).toBe(false);
  });

  test('is not what the client has put before the proxy’s word', () => {
    expect(secure('10.1.2.3', false, 'https, http')).toBe(false);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['2001:0DB8:1:2:ffff::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('%p counts as %p', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each(['10.0.0.0/8', '10.0.0.1', '::1', 'fd00::/8', '0.0.0.0/0'])('%s is a network', (text) => {
  expect(isNetwork(text)).toBe(true);
});

test.each([
  '',
  'localhost',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0',
  '::/129',
  '*',
  '10.0.0.0/-1',
])('%p is none', (text) => {
  expect(isNetwork(text)).toBe(false);
  expect(() => new TrustedProxies([text])).toThrow(RangeError);
});
