import { expect, jest, test } from '@jest/globals';
import { Listeners } from '../../../runtime/client/listeners.js';
import { RocketError } from '../../../src/errors.js';

test('an error that lists issues is written to the console with them, where nobody listens', () => {
  const written = jest.spyOn(console, 'error').mockImplementation(() => {});
  try {
    const issues = [{ path: ['id'], message: 'is required' }];
    const invalid = new RocketError('invalid_arguments', undefined, { issues });
    const gone = new RocketError('not_found');
    const listeners = new Listeners();
    listeners.fail(invalid);
    listeners.fail(gone);
    expect(written.mock.calls).toEqual([[invalid, issues], [gone]]);
  } finally {
    written.mockRestore();
  }
});
