import type { AttemptEnvironment, SweepEvent } from '../../../core/trial/events.js';
import { isBetter } from '../../../core/objective.js';
import type { BestTrial, SweepOutline } from '../../../core/trial/sweep-session.js';
import type { Trial } from '../../../core/trial/trial.js';
import { formatCount } from '../../../core/format.js';

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
  /** Work before the first step: `images 1,200/60,000`. */
  readonly preparing: string | undefined;
  readonly latest: number | undefined;
  readonly best: number | undefined;
  readonly bestEpoch: number | undefined;
}

/** The state of a sweep as its events tell it. Changes only through `apply`. */
export class SweepProgress {
  readonly outline: SweepOutline;
  readonly running = new Map<number, RunningTrial>();
  done: number;
  failed: number;
  best: BestTrial | undefined;
  /** Texts of the warnings so far. What is true of the dataset is a warning of every trial. */
  readonly warnings = new Set<string>();
  #finishedHere = 0;
  #secondsHere = 0;

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
          preparing: undefined,
          latest: undefined,
          best: undefined,
          bestEpoch: undefined,
        });
        return;
      case 'trial-progress':
        return this.#update(event.trialId, {
          epoch: event.epoch,
          epochs: event.epochs,
          share: event.steps > 0 ? Math.min(1, event.step / event.steps) : 0,
          preparing: undefined,
        });
      case 'trial-preparing': {
        const { what, done, total } = event;
        return this.#update(event.trialId, { preparing: `${what} ${formatCount(done)}/${formatCount(total)}` });
      }
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

  /** Seconds that a running trial will still take, from its progress; `undefined` if it has reported none. */
  trialSecondsLeft(running: RunningTrial, now: number): number | undefined {
    if (running.epochs === undefined) return undefined;
    const share = (running.epoch - 1 + running.share) / running.epochs;
    if (share <= 0) return undefined;
    return (((now - running.startedAt) / 1000) * Math.max(0, 1 - share)) / share;
  }

  /** Seconds that the sweep will still take, from the trials that this session has finished or has under way. */
  sweepSecondsLeft(now: number): number | undefined {
    const left = [...this.running.values()].map((running) => this.trialSecondsLeft(running, now));
    const known = left.filter((seconds) => seconds !== undefined);
    const spent = [...this.running.values()].map((running) => (now - running.startedAt) / 1000);
    const expected = left.map((seconds, index) => (seconds === undefined ? undefined : seconds + spent[index]!));
    const samples =
      this.#finishedHere > 0 ? [this.#secondsHere / this.#finishedHere] : expected.filter((s) => s !== undefined);
    if (samples.length === 0) return undefined;
    const perTrial = mean(samples);
    const waiting = this.outline.total - this.done - this.failed - this.running.size;
    const underWay = known.reduce((sum, seconds) => sum + seconds, 0) + (left.length - known.length) * perTrial;
    return (Math.max(0, waiting) * perTrial + underWay) / Math.max(1, this.outline.slots);
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

  #update(trialId: number, change: Partial<Pick<RunningTrial, 'epoch' | 'epochs' | 'share' | 'preparing'>>): void {
    const running = this.running.get(trialId);
    if (running) this.running.set(trialId, { ...running, ...change });
  }

  #end(trialId: number, at: number): void {
    const running = this.running.get(trialId);
    if (!running) return;
    this.#finishedHere += 1;
    this.#secondsHere += (at - running.startedAt) / 1000;
    this.running.delete(trialId);
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
