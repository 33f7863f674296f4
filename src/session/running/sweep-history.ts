import type { Objective } from '../../core/objective.js';
import type { EventSink, SweepEvent } from '../../core/trial/events.js';
import type { EpochObservation, Observation } from '../../core/trial/observation.js';
import { isFinished, transition, type Trial, type TrialMove, type TrialStatus } from '../../core/trial/trial.js';

/**
 * The trials of a running sweep as samplers and stopping rules see them, in the order in which their rows were committed. Read
 * once from the database, and kept up to date by the events of the run: place it after the recorder, so that it never has more
 * than the database.
 */
export class SweepHistory implements EventSink {
  readonly #objective: Objective;
  readonly #trials = new Map<number, LiveObservation>();
  /** Trials that changed since the last `takeChanges`. */
  readonly #changed = new Set<number>();
  #onChange: ((trial: Observation) => void) | undefined;

  private constructor(objective: Objective) {
    this.#objective = objective;
  }

  /** @param recorded - of the sweep, in the order of their commits */
  static async load(objective: Objective, recorded: AsyncIterable<Observation>): Promise<SweepHistory> {
    const history = new SweepHistory(objective);
    for await (const observation of recorded) history.add(observation);
    return history;
  }

  /** Adds a trial that the database has got by other ways than an event. */
  add(observation: Observation): void {
    this.#trials.set(observation.id, { ...observation, epochs: [...observation.epochs], lastEpochAt: undefined });
    this.#note(observation.id);
  }

  /** Calls `listener` with each trial that is added or changes, after the change. */
  onChange(listener: (trial: Observation) => void): void {
    this.#onChange = listener;
  }

  get(trialId: number): Observation | undefined {
    return this.#trials.get(trialId);
  }

  /** All trials in the order of their commits. They change with the next event: copy what has to stay. */
  observations(): Iterable<Observation> {
    return this.#trials.values();
  }

  /** The trials that are new or changed since the last call, in the order of their commits. */
  takeChanges(): Observation[] {
    const changed = [...this.#changed].map((id) => this.#trials.get(id)!);
    this.#changed.clear();
    return changed;
  }

  emit(event: SweepEvent): Promise<void> {
    this.#apply(event);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #apply(event: SweepEvent): void {
    switch (event.type) {
      case 'trial-started':
        return this.#start(event.trial, event.attempt, event.at);
      case 'trial-epoch':
        return this.#epoch(event);
      case 'trial-completed':
        return this.#move(event.trialId, 'complete');
      case 'trial-stopped':
        return this.#move(event.trialId, 'stop');
      case 'trial-paused':
        return this.#move(event.trialId, 'pause');
      case 'trial-failed':
        this.#move(event.trialId, event.willRetry ? 'retry' : 'fail');
        if (!event.willRetry) this.#of(event.trialId).failure = event.kind;
        return;
      default:
        return;
    }
  }

  #start({ id, key, position, params, seed }: Trial, attempt: number, at: number): void {
    const known = this.#trials.get(id);
    const trial = known ?? { id, key, position, params, seed, epochs: [], ...UNSTARTED };
    // A finished trial starts only after it was renewed (--fresh).
    if (isFinished(trial.status)) {
      trial.status = transition(trial.status, 'renew');
      trial.epochs.length = 0;
    }
    trial.status = transition(trial.status, 'start');
    trial.attempt = attempt;
    trial.failure = undefined;
    trial.lastEpochAt = at;
    this.#trials.set(id, trial);
    this.#note(id);
  }

  #epoch({ trialId, at, epoch, metrics }: Extract<SweepEvent, { type: 'trial-epoch' }>): void {
    const trial = this.#of(trialId);
    const value = metrics[this.#objective.metric];
    // An attempt that goes on from an earlier epoch replaces those after it.
    while ((trial.epochs.at(-1)?.epoch ?? 0) >= epoch) trial.epochs.pop();
    trial.epochs.push({
      epoch,
      objective: value !== undefined && Number.isFinite(value) ? value : undefined,
      seconds: trial.lastEpochAt === undefined ? 0 : Math.max(0, at - trial.lastEpochAt) / 1000,
    });
    trial.lastEpochAt = at;
    this.#note(trialId);
  }

  #move(trialId: number, move: TrialMove): void {
    const trial = this.#of(trialId);
    trial.status = transition(trial.status, move);
    this.#note(trialId);
  }

  #note(trialId: number): void {
    this.#changed.add(trialId);
    this.#onChange?.(this.#trials.get(trialId)!);
  }

  #of(trialId: number): LiveObservation {
    const trial = this.#trials.get(trialId);
    if (trial === undefined) throw new Error(`trial ${trialId} has an event before its start`);
    return trial;
  }
}

/** An observation that is still changing. */
type LiveObservation = Omit<Observation, 'status' | 'attempt' | 'failure' | 'epochs'> & {
  status: TrialStatus;
  attempt: number;
  failure: Observation['failure'];
  readonly epochs: EpochObservation[];
  /** When the last epoch of the attempt was reported, or the attempt began: milliseconds since 1970. */
  lastEpochAt: number | undefined;
};

const UNSTARTED = { status: 'queued', attempt: 0, failure: undefined, lastEpochAt: undefined } as const;
