import {
  answeredWasExecuted,
  executedOnce,
  failureHasCause,
  oneResult,
  replyAfterEmissions,
  rerunOnlyElsewhere,
  streamsAreWhole,
} from './call-invariants.js';
import type { History } from './history.js';
import {
  gapSoundness,
  isolation,
  noDuplicates,
  noLoss,
  orderOfEmissions,
  orderPerSource,
} from './message-invariants.js';
import {
  connectedInTime,
  fence,
  noTrouble,
  oneOwner,
  presenceAlternates,
  presenceConverges,
  resourcesReturn,
  resumeIsAllowed,
  sessionLossHasCause,
} from './session-invariants.js';
import { Story } from './story.js';

export interface Violation {
  readonly invariant: Invariant;
  readonly sentence: string;
}

/**
 * What is promised: of each promise the sentences that say how a history breaks it. A pure function of what was seen; it
 * knows no position, no session's state and nothing else of the implementation.
 */
const invariants = {
  // 1 and 6: what is not delivered is covered by a gap that was told before anything newer.
  'no loss': noLoss,
  // 2
  'no duplicates': noDuplicates,
  // 3
  'order per source': orderPerSource,
  // 4
  'order of emissions': orderOfEmissions,
  'reply after emissions': replyAfterEmissions,
  // 5
  'gap soundness': gapSoundness,
  'session loss has a cause': sessionLossHasCause,
  // 7
  'executed once': executedOnce,
  'rerun only elsewhere': rerunOnlyElsewhere,
  'one result': oneResult,
  'answered was executed': answeredWasExecuted,
  'failure has a cause': failureHasCause,
  'streams are whole': streamsAreWhole,
  // 8
  isolation,
  'resume is allowed': resumeIsAllowed,
  // 9
  fence,
  'one owner': oneOwner,
  // 10
  'presence alternates': presenceAlternates,
  'presence converges': presenceConverges,
  // 11
  'resources return': resourcesReturn,
  // 12
  'connected in time': connectedInTime,
  'no trouble': noTrouble,
} satisfies Record<string, (story: Story) => string[]>;

export type Invariant = keyof typeof invariants;

/** @returns how the history breaks what is promised; nothing where it does not */
export function check(history: History): Violation[] {
  const story = new Story(history);
  return Object.entries(invariants).flatMap(([invariant, find]) =>
    find(story).map((sentence) => ({ invariant: invariant as Invariant, sentence })),
  );
}
