import { describe } from '@jest/globals';
import { describeDeaths } from './conformance/deaths.js';
import { describeLosses, describeOutages } from './conformance/outages.js';
import { describePresence } from './conformance/presence.js';
import { describeRestarts } from './conformance/restarts.js';
import { describeSessions } from './conformance/sessions.js';
import { describeSharedSources } from './conformance/shared-sources.js';
import { describeSources } from './conformance/sources.js';
import { describeTakeovers } from './conformance/takeovers.js';
import { type Ability, type MakeEngines, trying } from './conformance/trial.js';

export { RecordingNode } from './conformance/recording-node.js';
export type { Ability, EngineMaker } from './conformance/trial.js';

/**
 * Holds an engine to the sentences of its contract.
 *
 * @param abilities what the maker can do beyond a single engine; tests of the rest are not there
 */
export function describeEngine(name: string, make: MakeEngines, abilities: readonly Ability[] = []): void {
  const that = trying(make);
  const can = (...wanted: readonly Ability[]) => wanted.every((ability) => abilities.includes(ability));
  describe(name, () => {
    describe('sources', () => describeSources(that));
    describe('sessions', () => describeSessions(that));
    describe('presence', () => describePresence(that));
    if (can('second')) {
      describe('shared sources', () => describeSharedSources(that));
      describe('takeovers', () => describeTakeovers(that));
    }
    if (can('second', 'kill')) describe('deaths', () => describeDeaths(that));
    if (can('reopen')) describe('restarts', () => describeRestarts(that));
    if (can('second', 'down')) describe('outages', () => describeOutages(that));
    if (can('second', 'lose')) describe('losses', () => describeLosses(that));
  });
}
