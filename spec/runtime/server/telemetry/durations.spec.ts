import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { Durations } from '../../../../runtime/server/telemetry/durations.js';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

test('whatever is observed is told as prom-client’s own histogram tells it', async () => {
  const observations = fc.array(
    fc.tuple(
      fc.constantFrom('Song.show', 'Song.index', 'quote " and \\'),
      fc.oneof(
        fc.double({ min: 0, max: 100_000, noNaN: true }),
        fc.constantFrom(...buckets.map((s) => s * 1_000)),
      ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(observations, async (observed) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const cheap = new Durations(ours, 'took_seconds', 'How long it took', 'action');
      const theirOwn = new Histogram({
        ...{ name: 'took_seconds', help: 'How long it took', labelNames: ['action'], buckets },
        registers: [theirs],
      });
      for (const [action, milliseconds] of observed) {
        cheap.add(action, milliseconds);
        theirOwn.observe({ action }, milliseconds / 1_000);
      }
      expect(await ours.metrics()).toBe(await theirs.metrics());
      expect(valuesOf(await ours.getMetricsAsJSON())).toEqual(valuesOf(await theirs.getMetricsAsJSON()));
    }),
    { numRuns: 50 },
  );
});

function valuesOf(metrics: readonly object[]): unknown {
  // Examples are not taken: that there are none is not told either.
  return metrics.map((metric) =>
    (metric as { values: object[] }).values.map((value) => ({ ...value, exemplar: null })),
  );
}
