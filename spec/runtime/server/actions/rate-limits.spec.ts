import { expect, test } from '@jest/globals';
import { RateLimitRule, RateLimits } from '../../../../runtime/server/actions/rate-limits.js';

const ann = { id: 'ann', sessionId: 'a', remoteAddress: '192.0.2.1' };
const bob = { id: 'bob', sessionId: 'b', remoteAddress: '192.0.2.1' };

test('what comes too fast is refused with a sentence, and comes through later', () => {
  const limits = new RateLimits();
  const rule = new RateLimitRule('Song.create', { perMinute: 2 });
  limits.check(rule, ann, 0);
  limits.check(rule, ann, 0);
  expect(() => limits.check(rule, ann, 29_000)).toThrow(
    expect.objectContaining({
      code: 'rate_limited',
      message: 'Too many calls of Song.create: at most 2 a minute',
      retryable: true,
    }),
  );
  limits.check(rule, ann, 30_000);
});

test.each([
  ['user', { ...ann, sessionId: 'other', remoteAddress: '::1' }, bob],
  ['session', { ...bob, sessionId: 'a' }, { ...ann, sessionId: 'other' }],
  ['address', bob, { ...ann, remoteAddress: '::1' }],
] as const)('by %s', (by, same, other) => {
  const limits = new RateLimits();
  const rule = new RateLimitRule('Song.create', { perSecond: 1, by });
  limits.check(rule, ann, 0);
  expect(() => limits.check(rule, same, 0)).toThrow('at most 1 a second');
  limits.check(rule, other, 0);
});

test('who rests is forgotten', () => {
  const limits = new RateLimits();
  const rule = new RateLimitRule('Song.create', { perSecond: 1 });
  for (let user = 0; user < 100; user += 1) limits.check(rule, { ...ann, id: `${user}` }, 0);
  for (let call = 0; call < 300; call += 1) limits.check(rule, ann, call * 2_000);
  expect(limits.size).toBe(1);
});

test('beyond the most that are kept, who has used up most is remembered', () => {
  const limits = new RateLimits(10);
  const rule = new RateLimitRule('Song.create', { perMinute: 3 });
  for (let call = 0; call < 3; call += 1) limits.check(rule, ann, 0);
  for (let user = 0; user < 1_000; user += 1) limits.check(rule, { ...bob, id: `${user}` }, 0);
  expect(limits.size).toBe(10);
  expect(() => limits.check(rule, ann, 0)).toThrow('Too many calls');
});
