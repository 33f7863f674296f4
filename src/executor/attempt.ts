import type { EventSink } from '../core/events.js';
import type { EpochReport, Metrics, Decision } from '../core/training.js';
import type { Trial } from '../core/trial.js';
import type { Ending } from './ending.js';
import type { AttemptEvent } from './event-parts.js';
import type { Host, TaskMessage, TaskOutcome } from './host.js';
import type { Task } from './messages.js';

/** What a stopping rule says after an epoch. */
export type Verdict = { readonly decision: 'continue' } | { readonly decision: 'stop'; readonly reason: string };

/** Asked after every epoch, when it is recorded. */
export type Decide = (trialId: number, epoch: number, metrics: Metrics) => Verdict | Promise<Verdict>;

export interface AttemptOptions {
  readonly trial: Trial;
  /** Counts from 1. */
  readonly attempt: number;
  /** Whether another attempt follows if the host crashes under this one. */
  readonly mayRetry: boolean;
  readonly host: Host;
  readonly slot: number;
  readonly threads: number;
  readonly task: Task;
  readonly sink: EventSink;
  readonly decide: Decide | undefined;
  readonly ending: Ending;
  readonly now: () => number;
}

/** `crashed` asks for another attempt; `unrecorded` is what happens to an attempt whose events nobody takes any more. */
export type AttemptEnd = 'completed' | 'stopped' | 'paused' | 'failed' | 'crashed' | 'unrecorded';

/** One try at a trial on a ready host: tells the sink what happens, one event at a time, and the trainer what is decided. */
export class Attempt {
  readonly #options: AttemptOptions;
  /** Whatever the trainer says is dealt with in turn: recorded first, then decided upon. */
  #dealt: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** How many epochs the trainer says there will be. */
  #epochs: number | undefined;
  #stopped: { readonly epoch: number; readonly reason: string } | undefined;
  #pausing = false;
  #recordedEpochs: number;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#recordedEpochs = options.task.recordedEpochs;
  }

  /** Epochs that count by now, from the first on; what this attempt reports again replaces what was recorded before. */
  get recordedEpochs(): number {
    return this.#recordedEpochs;
  }

  /** Never rejects: what goes wrong with sink or rules ends the sweep. */
  async run(): Promise<AttemptEnd> {
    const { trial, host, slot, threads, task, ending } = this.#options;
    try {
      const environment = { device: task.device, slot, pid: host.pid, threads };
      await this.#emit({ type: 'trial-started', trial, environment });
      if (ending.reached('stopping')) return await this.#pause();
      const outcome = await host.run(slot, task, (message) => this.#take(message));
      await this.#dealt;
      return await this.#finish(outcome);
    } catch (error) {
      ending.reach('aborting', { error });
      return 'unrecorded';
    }
  }

  async #finish(outcome: TaskOutcome): Promise<AttemptEnd> {
    const { mayRetry, ending } = this.#options;
    switch (outcome.type) {
      case 'returned':
        if (this.#stopped !== undefined) {
          await this.#emit({ type: 'trial-stopped', ...this.#stopped });
          return 'stopped';
        }
        if (this.#pausing || ending.reached('aborting')) return this.#pause();
        await this.#emit({ type: 'trial-completed' });
        return 'completed';
      case 'threw':
        // An aborted trainer may throw what it likes.
        if (ending.reached('aborting')) return this.#pause();
        await this.#emit({ type: 'trial-failed', kind: 'code', error: outcome.error, willRetry: false });
        return 'failed';
      case 'lost':
        if (ending.reached('aborting')) return this.#pause();
        await this.#emit({ type: 'trial-failed', kind: 'crashed', error: outcome.error, willRetry: mayRetry });
        return mayRetry ? 'crashed' : 'failed';
    }
  }

  async #pause(): Promise<AttemptEnd> {
    await this.#emit({ type: 'trial-paused' });
    return 'paused';
  }

  #take(message: TaskMessage): void {
    // Progress that has to wait for the sink is old news.
    if (message.type === 'progress' && this.#waiting > 0) return;
    this.#waiting++;
    this.#dealt = this.#dealt.then(() => this.#deal(message)).finally(() => this.#waiting--);
    this.#dealt.catch((error: unknown) => this.#options.ending.reach('aborting', { error }));
  }

  async #deal(message: TaskMessage): Promise<void> {
    switch (message.type) {
      case 'report':
        await this.#emit({ type: 'trial-epoch', ...message.report });
        this.#recordedEpochs = message.report.epoch;
        this.#options.host.decide(this.#options.slot, await this.#decide(message.report));
        return;
      case 'progress': {
        const { epoch, epochs, step, steps } = message.progress;
        this.#epochs = epochs;
        return this.#emit({ type: 'trial-progress', epoch, epochs, step, steps });
      }
      case 'warning':
        return this.#emit({ type: 'trial-warning', message: message.message });
    }
  }

  async #decide({ epoch, metrics }: EpochReport): Promise<Decision> {
    const { trial, decide, ending } = this.#options;
    if (this.#stopped !== undefined) return 'stop';
    const verdict = await decide?.(trial.id, epoch, metrics);
    if (verdict?.decision === 'stop') {
      this.#stopped = { epoch, reason: verdict.reason };
      return 'stop';
    }
    // After its last epoch a trial is as good as completed; pausing it would make it run again for nothing.
    this.#pausing = ending.reached('stopping') && epoch !== this.#epochs;
    return this.#pausing ? 'stop' : 'continue';
  }

  #emit(event: AttemptEvent): Promise<void> {
    const { trial, attempt, sink, now } = this.#options;
    return sink.emit({ ...event, at: now(), trialId: trial.id, attempt });
  }
}
