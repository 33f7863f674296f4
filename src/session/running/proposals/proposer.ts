import { Worker } from 'node:worker_threads';
import type { SearchSpace } from '../../../core/space/search-space.js';
import type { Observation } from '../../../core/trial/observation.js';
import type { TrialSpec } from '../../../core/trial/trial.js';
import type { Plan } from '../../../search/plan.js';
import type { SweepHistory } from '../sweep-history.js';
import type { ProposalRequest, ProposalThreadData, Proposed } from './proposal-thread.js';

export interface ProposerOptions {
  readonly space: SearchSpace;
  readonly defaults: ProposalThreadData['defaults'];
  /** Keys of the proposed trials, and centres of the axis with a `find`. */
  readonly plan: Pick<Plan, 'keyOf' | 'centres'>;
  readonly history: Pick<SweepHistory, 'takeChanges' | 'get'>;
}

/**
 * Asks a sampler that learns from results for one trial after another. The sampler computes in a thread of its own, so that no
 * epoch waits to be recorded meanwhile. The thread has a copy of the history, of which each question updates the changed trials.
 */
export class Proposer {
  readonly #options: ProposerOptions;
  readonly #thread: Worker;
  /** Trials that were proposed and have no row in the database yet. */
  #open: readonly TrialSpec[] = [];
  #nextNumber = -1;

  constructor(options: ProposerOptions) {
    this.#options = options;
    const { space, defaults, plan } = options;
    const workerData: ProposalThreadData = { space: plain(space), defaults, centres: plan.centres };
    this.#thread = new Worker(new URL('./proposal-thread.js', import.meta.url), { workerData });
    // The thread must not keep a process alive that has nothing else to do.
    this.#thread.unref();
  }

  /** The next trial; `undefined` where the space is exhausted or `run_cap` is reached. Rejects with what the sampler throws. */
  async next(): Promise<TrialSpec | undefined> {
    const { history, plan } = this.#options;
    const changed = history.takeChanges();
    const started = new Set(changed.map(({ key }) => key));
    this.#open = this.#open.filter(({ key }) => !started.has(key));
    const request: ProposalRequest = { changed, open: this.#open.map((trial) => this.#asObservation(trial)) };
    const answer = await this.#ask(request);
    if (answer.trial === undefined) return undefined;
    const trial = { ...answer.trial, key: plan.keyOf(answer.trial.params, answer.trial.seed) };
    this.#open = [...this.#open, trial];
    return trial;
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  /** A proposed trial in the history of the next question. Its number is negative, since the database has not given it one. */
  #asObservation(trial: TrialSpec): Observation {
    return { ...trial, id: this.#nextNumber--, status: 'queued', attempt: 0, epochs: [], failure: undefined };
  }

  #ask(request: ProposalRequest): Promise<Proposed> {
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.#thread.off('message', onMessage).off('error', onError).off('exit', onExit);
        this.#thread.unref();
      };
      const onMessage = (answer: Proposed): void => (settle(), resolve(answer));
      const onError = (error: Error): void => (settle(), reject(error));
      const onExit = (): void => onError(new Error('the thread of the sampler ended'));
      this.#thread.on('message', onMessage).on('error', onError).on('exit', onExit);
      this.#thread.ref();
      this.#thread.postMessage(request);
    });
  }
}

/** The members of a definition that make its search space; the others need not be plain data. */
function plain(definition: SearchSpace): { [Member in keyof Required<SearchSpace>]: SearchSpace[Member] } {
  const { method, sampling, objective, axes, fixed, exclude, seed, seeds, folds, runCap, confirm } = definition;
  return { method, sampling, objective, axes, fixed, exclude, seed, seeds, folds, runCap, confirm };
}
