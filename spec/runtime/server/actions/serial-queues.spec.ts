import { expect, test } from '@jest/globals';
import { SerialQueues } from '../../../../runtime/server/actions/serial-queues.js';

test('tasks of one key run one after another, in order', async () => {
  const queues = new SerialQueues();
  const log: string[] = [];
  const gates = [gate(), gate()] as const;
  const first = queues.run('a', async () => {
    log.push('1 begins');
    await gates[0].promise;
    log.push('1 ends');
    return 1;
  });
  const second = queues.run('a', async () => {
    log.push('2 begins');
    await gates[1].promise;
    return 2;
  });
  const other = await queues.run('b', async () => 'b');
  expect(other).toBe('b');
  expect(log).toEqual(['1 begins']);
  gates[1].resolve();
  gates[0].resolve();
  expect(await Promise.all([first, second])).toEqual([1, 2]);
  expect(log).toEqual(['1 begins', '1 ends', '2 begins']);
});

test('a failure is its own task’s alone', async () => {
  const queues = new SerialQueues();
  const failing = queues.run('a', async () => {
    throw new Error('failed');
  });
  const next = queues.run('a', async () => 'fine');
  await expect(failing).rejects.toThrow('failed');
  expect(await next).toBe('fine');
});

test('nothing is kept of a queue that has ended', async () => {
  const queues = new SerialQueues();
  const all = Array.from({ length: 200 }, (_, i) =>
    queues
      .run(`key ${i % 20}`, async () => {
        if (i % 3 === 0) throw new Error('failed');
      })
      .catch(() => undefined),
  );
  expect(queues.size).toBe(20);
  await Promise.all(all);
  await new Promise(setImmediate);
  expect(queues.size).toBe(0);
});

function gate(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
