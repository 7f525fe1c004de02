import { expect, test } from '@jest/globals';
import { originAllowed } from '../../../../runtime/server/sockets/origin-check.js';

const host = 'app.example.com:3000';

test('a request without an Origin header is not a browser’s and passes', () => {
  expect(originAllowed({ headers: { host } }, [])).toBe(true);
});

test('a page of the same host and port passes, whichever scheme a proxy left', () => {
  expect(originAllowed({ headers: { host, origin: 'http://app.example.com:3000' } }, [])).toBe(true);
  expect(originAllowed({ headers: { host, origin: 'https://app.example.com:3000' } }, [])).toBe(true);
});

test.each([
  'http://evil.example.com',
  'http://app.example.com:3001',
  'http://app.example.com:3000.evil.com',
  'null',
  '',
  'nonsense',
])('a page of %p does not', (origin) => {
  expect(originAllowed({ headers: { host, origin } }, [])).toBe(false);
});

test.each(['null', 'file:///', 'nonsense', 'http://a'])(
  'without a Host there is no page of the same one: %p',
  (origin) => {
    expect(originAllowed({ headers: { origin } }, [])).toBe(false);
    expect(originAllowed({ headers: { origin, host: '' } }, [])).toBe(false);
  },
);

test('listed origins pass, and any where any is wanted', () => {
  const headers = { host, origin: 'https://other.example.com' };
  expect(originAllowed({ headers }, ['https://other.example.com'])).toBe(true);
  expect(originAllowed({ headers }, '*')).toBe(true);
});

test('two Origin headers are nobody’s', () => {
  expect(
    originAllowed({ headers: { host, origin: [`http://${host}`, 'http://evil.example.com'] } }, []),
  ).toBe(false);
});
