import { expect, test } from '@jest/globals';
import { RocketError } from '../../../../src/errors.js';
import { testDelivery } from '../../../support/test-delivery.js';

class Silent extends RocketError {
  override toWire(): never {
    throw new Error('secret');
  }
}

test('a failure that cannot be told is answered all the same, and names its call', async () => {
  const { visit } = await testDelivery();
  const { session, outlet } = await visit();
  session.replyError(7, new Silent('sold_out'));
  session.reportError(new Silent('sold_out'), 'Song.buy');
  const internal = { code: 'internal', message: 'Something went wrong on the server', retryable: false };
  expect(outlet.sent.slice(1)).toEqual([
    { $re: 7, error: internal },
    { $error: { call: 'Song.buy', ...internal } },
  ]);
});
