import { parentPort, workerData } from 'node:worker_threads';
import type { Params } from '../../../core/parameters.js';
import type { SearchSpace } from '../../../core/space/search-space.js';
import type { Observation } from '../../../core/trial/observation.js';
import type { TrialSpec } from '../../../core/trial/trial.js';
import { planTrials, type Plan } from '../../../search/plan.js';
import { trialKeys } from '../../../search/trial-key.js';

/** What the thread of a sampler starts with. */
export interface ProposalThreadData {
  readonly space: SearchSpace;
  /** Values of the parameters that a trial does not name. */
  readonly defaults: Params;
  readonly centres: Plan['centres'];
}

/** Asks for the next trial. */
export interface ProposalRequest {
  /** Trials that are new or changed since the last request, in the order in which their rows were committed. */
  readonly changed: readonly Observation[];
  /** Trials that were proposed and have no row yet. */
  readonly open: readonly Observation[];
}

/** The answer: `undefined` where there is nothing left to propose. */
export interface Proposed {
  readonly trial: TrialSpec | undefined;
}

/**
 * Answers one request after another. Keys need the content of files, which only the main thread has; within the thread a key is
 * made of the parameters alone, for recorded and proposed trials alike.
 */
function answerRequests({ space, defaults, centres }: ProposalThreadData): void {
  const identity = { fingerprint: '', trainerVersion: '', defaults };
  const keyOf = trialKeys(identity);
  const { sampler } = planTrials(space, identity, centres);
  const recorded = new Map<number, Observation>();
  const keyed = (trial: Observation): Observation => ({ ...trial, key: keyOf(trial.params, trial.seed) });
  parentPort!.on('message', ({ changed, open }: ProposalRequest) => {
    for (const trial of changed) recorded.set(trial.id, keyed(trial));
    const [trial] = sampler.propose([...recorded.values(), ...open.map(keyed)], 1);
    parentPort!.postMessage({ trial } satisfies Proposed);
  });
}

answerRequests(workerData as ProposalThreadData);
