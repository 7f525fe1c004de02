import { expect, test } from '@jest/globals';
import { describeError } from '../../../runtime/server/log-events.js';

test('an error is described with its message and stack', () => {
  expect(describeError(new TypeError('No song'))).toMatchObject({
    type: 'TypeError',
    message: 'No song',
    stack: expect.stringContaining('log-events.spec'),
  });
});

test.each<[string, object]>([
  ['stack throws', Object.defineProperty(new Error(), 'stack', { get: explode })],
  ['message throws', Object.defineProperty(new Error(), 'message', { get: explode })],
  ['property throws', Object.defineProperty({}, 'a', { enumerable: true, get: explode })],
  ['traps throw', new Proxy({}, { get: explode, getPrototypeOf: explode })],
])('one whose %s has its line all the same', (_case, error) => {
  expect(describeError(error as Error)).toMatch('cannot be described');
});

function explode(): never {
  throw new Error('Do not read me');
}
