import type { SerializedError } from '../../core/errors.js';
import type { EventSink } from '../../core/trial/events.js';
import type { FailureKind } from '../../core/trial/failure.js';
import type { Decide } from '../../core/trial/stopping.js';
import type { Decision, EpochReport } from '../../core/trainer/training.js';
import type { Trial } from '../../core/trial/trial.js';
import { classifyFailure } from './classify-failure.js';
import { startDeadline } from './deadline.js';
import type { Shutdown } from './shutdown.js';
import type { AttemptEvent } from './event-parts.js';
import type { Host, TaskMessage, TaskOutcome } from '../hosts/host.js';
import type { Task } from '../hosts/messages.js';
import type { TrialControl, TrialRequest } from './trial-control.js';

export interface AttemptOptions {
  readonly trial: Trial;
  /** Counts from 1. */
  readonly attempt: number;
  readonly host: Host;
  /** See `deviceName`. */
  readonly device: string;
  readonly slot: number;
  /** Of TensorFlow, for each slot. */
  readonly threads: number;
  readonly task: Task;
  /** Emitted after the start. */
  readonly warnings: readonly string[];
  /** Decides what follows a failure before it is recorded; may add to the error. */
  readonly afterFailure: (kind: FailureKind, error: SerializedError) => Promise<Failure>;
  /** Decides whether to go on after the host has ended for a reason that has nothing to do with the trial. */
  readonly afterPreemption: (error: SerializedError) => boolean;
  /** The trial is ended after this time; `Infinity` for no limit. */
  readonly timeLeftMs: number;
  /** A trial that does not end within this time after an abort is ended by killing its host. */
  readonly graceMs: number;
  readonly control: TrialControl;
  readonly sink: EventSink;
  readonly decide: Decide | undefined;
  readonly shutdown: Shutdown;
  readonly now: () => number;
}

export interface Failure {
  readonly error: SerializedError;
  readonly willRetry: boolean;
}

/**
 * How an attempt ended. `waiting`: a stopping rule has paused the trial. `unrecorded`: the sink refused its events, which ends
 * the sweep.
 */
export type AttemptEnd =
  | { readonly type: 'completed' | 'stopped' | 'paused' | 'waiting' | 'preempted' | 'unrecorded' }
  | ({ readonly type: 'failed'; readonly kind: FailureKind } & Failure);

/** One try at a trial on a ready host: emits its events one at a time and answers the trainer's reports. */
export class Attempt {
  readonly #options: AttemptOptions;
  /** The end of the queue of the trainer's messages: each is handled when the one before has been. */
  #handled: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** How many epochs the trainer announced. */
  #epochs: number | undefined;
  #stopped: { readonly epoch: number; readonly reason: string } | undefined;
  #pausing = false;
  /** Why a stopping rule has paused the trial. */
  #waitsFor: string | undefined;
  #reportedLast = false;
  #recordedEpochs: number;

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#recordedEpochs = options.task.recordedEpochs;
  }

  /** The last recorded epoch, counted from 1; epochs that this attempt reports again replace those recorded before. */
  get recordedEpochs(): number {
    return this.#recordedEpochs;
  }

  /** Never rejects: an error of the sink or of the stopping rule ends the sweep. */
  async run(): Promise<AttemptEnd> {
    const { trial, host, device, slot, threads, task, warnings, control, decide, shutdown } = this.#options;
    const { microBatch } = task;
    try {
      const { node, pid } = host;
      const environment = { device, slot, node, pid, threads, ...(microBatch !== undefined && { microBatch }) };
      await this.#emit({ type: 'trial-started', trial, environment });
      for (const message of warnings) await this.#emit({ type: 'trial-warning', message });
      if (shutdown.reached('stopping')) return await this.#pause();
      if (control.request !== undefined) return await this.#endEarly(control.request);
      // The process may have died between the last epoch and the verdict on it.
      const verdict = task.recordedEpochs > 0 ? await decide?.(trial.id, task.recordedEpochs) : undefined;
      if (verdict?.decision === 'stop') return await this.#stop({ epoch: task.recordedEpochs, reason: verdict.reason });
      if (verdict?.decision === 'pause') return await this.#wait(verdict.reason);
      const outcome = await this.#train();
      await this.#handled;
      return await this.#finish(outcome);
    } catch (error) {
      shutdown.reach('aborting', { error });
      return { type: 'unrecorded' };
    }
  }

  /** Trains until the trainer returns, the trial's time is over, or the user cancels it. */
  async #train(): Promise<TaskOutcome> {
    const { host, slot, task, control, timeLeftMs, graceMs } = this.#options;
    let stopGrace: (() => void) | undefined;
    control.listen((request) => {
      if (request.type !== 'end') return;
      host.abort(slot);
      const error = {
        code: request.why === 'cancelled' ? 'CANCELLED' : 'TIME_LIMIT',
        message: request.reason,
        stack: '',
      };
      stopGrace ??= startDeadline(graceMs, () => host.killFor(slot, error));
    });
    const stopClock = Number.isFinite(timeLeftMs)
      ? startDeadline(timeLeftMs, () =>
          control.ask({
            type: 'end',
            why: 'time-limit',
            reason: 'max_trial_time is over',
          }),
        )
      : undefined;
    try {
      return await host.run(slot, task, (message) => this.#take(message));
    } finally {
      stopClock?.();
      stopGrace?.();
      control.listen(undefined);
    }
  }

  async #finish(outcome: TaskOutcome): Promise<AttemptEnd> {
    const { control, shutdown, afterPreemption } = this.#options;
    if (outcome.type === 'returned') {
      if (this.#stopped !== undefined) return this.#stop(this.#stopped);
      if (this.#reportedLast) return this.#complete();
    }
    // After an abort the trainer may throw anything: that is no failure.
    if (shutdown.reached('aborting')) return this.#pause();
    if (control.request?.type === 'end') return this.#endEarly(control.request);
    switch (outcome.type) {
      case 'returned':
        if (this.#waitsFor !== undefined) return this.#wait(this.#waitsFor);
        return this.#pausing ? this.#pause() : this.#complete();
      case 'threw':
      case 'lost':
        return this.#fail(outcome.error);
      case 'preempted':
        if (control.request !== undefined) return this.#endEarly(control.request);
        if (!afterPreemption(outcome.error)) return this.#fail(outcome.error);
        await this.#emit({ type: 'trial-paused', reason: outcome.error.message });
        return { type: 'preempted' };
    }
  }

  /** Ends the trial as requested while no epoch is under way. */
  async #endEarly(request: TrialRequest): Promise<AttemptEnd> {
    const epoch = this.#recordedEpochs;
    if (request.type !== 'end') {
      return request.type === 'pause' ? this.#pause() : this.#stop({ epoch, reason: STOPPED_BY_USER });
    }
    if (request.why === 'cancelled' || epoch > 0) return this.#stop({ epoch, reason: request.reason });
    return this.#fail({ code: 'TIME_LIMIT', message: `${request.reason}, and no epoch is finished`, stack: '' });
  }

  async #complete(): Promise<AttemptEnd> {
    await this.#emit({ type: 'trial-completed' });
    return { type: 'completed' };
  }

  async #stop(stopped: { readonly epoch: number; readonly reason: string }): Promise<AttemptEnd> {
    await this.#emit({ type: 'trial-stopped', ...stopped });
    return { type: 'stopped' };
  }

  async #pause(): Promise<AttemptEnd> {
    await this.#emit({ type: 'trial-paused' });
    return { type: 'paused' };
  }

  async #wait(reason: string): Promise<AttemptEnd> {
    await this.#emit({ type: 'trial-paused', reason, waits: true });
    return { type: 'waiting' };
  }

  async #fail(thrown: SerializedError): Promise<AttemptEnd> {
    const kind = classifyFailure(thrown);
    const failure = await this.#options.afterFailure(kind, thrown);
    await this.#emit({ type: 'trial-failed', kind, ...failure });
    return { type: 'failed', kind, ...failure };
  }

  #take(message: TaskMessage): void {
    // Progress that would have to wait for the sink is out of date when its turn comes; preparation may stand for a long time.
    if (message.type === 'progress' && this.#waiting > 0 && !('preparing' in message.progress)) return;
    this.#waiting++;
    this.#handled = this.#handled.then(() => this.#handle(message)).finally(() => this.#waiting--);
    this.#handled.catch((error: unknown) => this.#options.shutdown.reach('aborting', { error }));
  }

  async #handle(message: TaskMessage): Promise<void> {
    switch (message.type) {
      case 'report':
        await this.#emit({ type: 'trial-epoch', ...message.report });
        this.#recordedEpochs = message.report.epoch;
        this.#options.host.decide(this.#options.slot, await this.#decide(message.report));
        return;
      case 'progress': {
        const { progress } = message;
        if ('preparing' in progress) {
          const { preparing: what, ...counts } = progress;
          return this.#emit({ type: 'trial-preparing', what, ...counts });
        }
        const { epoch, epochs, step, steps } = progress;
        this.#epochs = epochs;
        return this.#emit({ type: 'trial-progress', epoch, epochs, step, steps });
      }
      case 'warning':
        return this.#emit({ type: 'trial-warning', message: message.message });
    }
  }

  async #decide({ epoch }: EpochReport): Promise<Decision> {
    const { trial, decide, control, shutdown } = this.#options;
    if (this.#stopped !== undefined) return 'stop';
    // A trial that has reported its last epoch is about to complete: it has nothing left to stop or to pause.
    this.#reportedLast = epoch === this.#epochs;
    if (this.#reportedLast) return 'continue';
    const verdict = await decide?.(trial.id, epoch);
    if (verdict?.decision === 'stop') {
      this.#stopped = { epoch, reason: verdict.reason };
      return 'stop';
    }
    if (verdict?.decision === 'pause') {
      this.#waitsFor = verdict.reason;
      return 'stop';
    }
    const request = control.request?.type;
    if (request === 'stop') {
      this.#stopped = { epoch, reason: STOPPED_BY_USER };
      return 'stop';
    }
    this.#pausing = shutdown.reached('stopping') || request === 'pause';
    return this.#pausing ? 'stop' : 'continue';
  }

  #emit(event: AttemptEvent): Promise<void> {
    const { trial, attempt, sink, now } = this.#options;
    return sink.emit({ ...event, at: now(), trialId: trial.id, attempt });
  }
}

const STOPPED_BY_USER = 'stopped by the user';
