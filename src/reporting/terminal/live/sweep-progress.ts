import type { AttemptEnvironment, SweepEvent } from '../../../core/trial/events.js';
import { isBetter } from '../../../core/objective.js';
import type { BestTrial, SweepOutline } from '../../../core/trial/sweep-session.js';
import type { Trial } from '../../../core/trial/trial.js';
import { preparingText } from './preparing-text.js';
import { shareOf } from './share-of.js';

/** A running trial. */
export interface RunningTrial {
  readonly trial: Trial;
  readonly attempt: number;
  readonly environment: AttemptEnvironment;
  readonly startedAt: number;
  /** The current epoch, counted from 1, and the share of it that is done (0 to 1). */
  readonly epoch: number;
  readonly epochs: number | undefined;
  readonly share: number;
  /** Its first step of this attempt: when it was done, and the share of all epochs that was done then. */
  readonly firstStep: { readonly at: number; readonly share: number } | undefined;
  /** Signs of progress in this attempt since its first step. */
  readonly signs: number;
  /** Work before the first step: `preparing images 1,200/60,000`, `compiling`. */
  readonly preparing: string | undefined;
  readonly latest: number | undefined;
  readonly best: number | undefined;
  readonly bestEpoch: number | undefined;
}

/** Seconds that a trial took, or is expected to take. */
export interface TrialSeconds {
  /** Until its first step: decoding images and compiling, which later trials may find in the cache. */
  readonly before: number;
  readonly training: number;
}

/** Finished trials that time left is computed from. */
const MOST_FINISHED = 200;

/** The state of a sweep as its events tell it. Changes only through `apply`. */
export class SweepProgress {
  readonly outline: SweepOutline;
  readonly running = new Map<number, RunningTrial>();
  done: number;
  failed: number;
  best: BestTrial | undefined;
  /** Texts of the warnings so far. What is true of the dataset is a warning of every trial. */
  readonly warnings = new Set<string>();
  /** Seconds of the trials that this session has finished. */
  readonly finishedHere: TrialSeconds[] = [];

  constructor(outline: SweepOutline) {
    this.outline = outline;
    this.done = outline.done;
    this.failed = outline.failed;
    this.best = outline.best;
  }

  apply(event: SweepEvent): void {
    switch (event.type) {
      case 'trial-started':
        this.running.set(event.trialId, {
          trial: event.trial,
          attempt: event.attempt,
          environment: event.environment,
          startedAt: event.at,
          epoch: 1,
          epochs: undefined,
          share: 0,
          firstStep: undefined,
          signs: 0,
          preparing: undefined,
          latest: undefined,
          best: undefined,
          bestEpoch: undefined,
        });
        return;
      case 'trial-progress':
        return this.#takeStep(event);
      case 'trial-preparing':
        return this.#update(event.trialId, { preparing: preparingText(event) });
      case 'trial-epoch':
        return this.#takeMetrics(event.trialId, event.epoch, event.metrics[this.outline.objective.metric]);
      case 'trial-completed':
      case 'trial-stopped':
        this.done += 1;
        return this.#end(event.trialId, event.at);
      case 'trial-failed':
        if (!event.willRetry) this.failed += 1;
        this.running.delete(event.trialId);
        return;
      case 'trial-paused':
        this.running.delete(event.trialId);
        return;
      case 'trial-warning':
        this.warnings.add(event.message);
        return;
      case 'host-waiting':
      case 'host-started':
      case 'host-lost':
        return;
      default:
        event satisfies never;
    }
  }

  #takeStep({ trialId, at, epoch, epochs, step, steps }: Extract<SweepEvent, { type: 'trial-progress' }>): void {
    const running = this.running.get(trialId);
    if (!running) return;
    const share = steps > 0 ? Math.min(1, step / steps) : 0;
    const firstStep = running.firstStep ?? { at, share: shareOf({ epoch, epochs, share }) };
    this.#update(trialId, { epoch, epochs, share, firstStep, signs: running.signs + 1, preparing: undefined });
  }

  #takeMetrics(trialId: number, epoch: number, value: number | undefined): void {
    const running = this.running.get(trialId);
    if (!running) return;
    const { objective } = this.outline;
    const improved = value !== undefined && isBetter(objective, value, running.best);
    this.running.set(trialId, {
      ...running,
      // The next epoch has begun, unless this was the last.
      epoch: running.epochs === undefined ? epoch + 1 : Math.min(epoch + 1, running.epochs),
      share: running.epochs !== undefined && epoch >= running.epochs ? 1 : 0,
      latest: value,
      best: improved ? value : running.best,
      bestEpoch: improved ? epoch : running.bestEpoch,
    });
    if (value !== undefined && isBetter(objective, value, this.best?.value)) this.best = { trialId, value };
  }

  #update(trialId: number, change: Partial<RunningTrial>): void {
    const running = this.running.get(trialId);
    if (running) this.running.set(trialId, { ...running, ...change });
  }

  #end(trialId: number, at: number): void {
    const running = this.running.get(trialId);
    if (!running) return;
    const { startedAt, firstStep } = running;
    const before = ((firstStep?.at ?? startedAt) - startedAt) / 1000;
    this.finishedHere.push({ before, training: (at - startedAt) / 1000 - before });
    // Later trials say more about those to come; of a million, the first ones need not be kept.
    if (this.finishedHere.length > MOST_FINISHED) this.finishedHere.shift();
    this.running.delete(trialId);
  }
}
