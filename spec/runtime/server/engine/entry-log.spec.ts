import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Entry } from '../../../../runtime/server/engine/engine.js';
import { EntryLog } from '../../../../runtime/server/engine/entry-log.js';

test('keeps what a plain list would keep, whatever is pushed and let go of', () => {
  const push = fc.record({ size: fc.nat(9), key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(fc.oneof(push, fc.constant('expire' as const)), { maxLength: 300 }), (steps) => {
      const limits = { entries: 70, bytes: 250 };
      const log = new EntryLog(limits);
      let model: { entry: Entry; time: number }[] = [];
      let number = 0;
      for (const [time, step] of steps.entries()) {
        if (step === 'expire') {
          log.expire(time - 50);
          model = model.filter((one) => one.time > time - 50);
          continue;
        }
        number += 1;
        const { size, key } = step;
        if (key !== undefined)
          model = model.map((one) =>
            one.entry.key === key
              ? { ...one, entry: { position: one.entry.position, body: undefined } }
              : one,
          );
        const entry: Entry = {
          position: ['g', number],
          body: 'x'.repeat(size),
          ...(key !== undefined && { key }),
        };
        log.push(entry, time);
        model.push({ entry, time });
        const bytes = () => model.reduce((sum, one) => sum + (one.entry.body?.length ?? 0), 0);
        while (model.length > limits.entries || bytes() > limits.bytes) model.shift();
      }
      expect(log.all()).toEqual(model.map(({ entry }) => entry));
      expect(log.head).toBe(number);
      expect(log.base).toBe(number - model.length);
      expect(log.after(log.base, { entries: 1e9, bytes: 1e9 })).toEqual(log.all());
    }),
  );
});
