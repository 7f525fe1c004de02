import { expect, test } from '@jest/globals';
import { Session } from '../../../../runtime/server/delivery/session.js';
import type { SharedFrame } from '../../../../runtime/server/sockets/shared-frame.js';
import { RocketError } from '../../../../src/errors.js';

class Silent extends RocketError {
  override toWire(): never {
    throw new Error('secret');
  }
}

test('a failure that cannot be told is answered all the same, and names its call', () => {
  const sent: (string | SharedFrame)[] = [];
  const outlet = {
    dialect: 'rocket.v1' as const,
    send: (frame: string | SharedFrame) => void sent.push(frame),
  };
  const session = new Session({ id: 's', secret: 'x', identity: { id: 'ann' } }, outlet);
  session.begin();
  session.replyError(7, new Silent('sold_out'));
  session.reportError(new Silent('sold_out'), 'Song.buy');
  const internal = { code: 'internal', message: 'Something went wrong on the server', retryable: false };
  expect(sent.map((frame) => JSON.parse(String(frame)))).toEqual([
    { $re: 7, error: internal },
    { $error: { call: 'Song.buy', ...internal } },
  ]);
});
