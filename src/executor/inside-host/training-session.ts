import type { MessagePort } from 'node:worker_threads';
import type { Decision, EpochReport, Preparation, Progress, TrainingContext } from '../../core/trainer/training.js';
import { checkProgress, checkReport } from './check-report.js';
import type { Task, ThreadReply, ThreadRequest, TrainingOutcome } from '../hosts/messages.js';
import type { StepClock } from '../hosts/step-clock.js';
import { clip } from './describe-thrown.js';

/** Five messages a second: smooth enough to watch, and cheap. The begin and the end of a kind of work are always sent. */
const PROGRESS_INTERVAL_MS = 200;
/** Limit for a trainer that warns at every step. */
const MAX_WARNINGS = 100;

/** The thread's side of one attempt: the trainer's context, and the connection to the host. */
export class TrainingSession {
  readonly context: TrainingContext;
  readonly #port: MessagePort;
  readonly #clock: StepClock;
  readonly #abort = new AbortController();
  readonly #unanswered: {
    readonly resolve: (decision: Decision) => void;
    readonly reject: (reason: unknown) => void;
  }[] = [];
  #lastEpoch = 0;
  #lastProgressAt = -Infinity;
  /** What is being prepared, as last reported; `undefined` in an epoch. */
  #work: string | undefined;
  #warnings = 0;
  #overlapped = false;
  #ended = false;

  constructor(task: Task, port: MessagePort, clock: StepClock) {
    const { params, seed, device, settings, dataset, files, checkpointDir, cacheDir } = task;
    const { recordedEpochs, checkpointEvery, microBatch } = task;
    this.#port = port;
    this.#clock = clock;
    this.context = {
      params,
      seed,
      device,
      settings,
      dataset,
      files,
      checkpointDir,
      recordedEpochs,
      checkpointEvery,
      microBatch,
      cacheDir,
      signal: this.#abort.signal,
      report: (report) => this.#report(report),
      progress: (progress) => this.#progress(progress),
      warn: (message) => this.#warn(message),
    };
    port.on('message', (request: ThreadRequest) => this.#take(request));
  }

  /** Sends the outcome, closes the port and answers open reports with `stop`. Only the first call counts. */
  end(outcome: TrainingOutcome): void {
    if (this.#ended) return;
    const silent = this.#lastEpoch === 0 && this.context.recordedEpochs === 0;
    if (outcome.type === 'returned' && silent && !this.#abort.signal.aborted) {
      this.#warn('the trainer returned without reporting an epoch; is an `await` missing?');
    }
    this.#post({ type: 'ended', outcome });
    this.#ended = true;
    this.#port.close();
    for (const { resolve } of this.#unanswered.splice(0)) resolve('stop');
  }

  // Async, so that an invalid report rejects instead of throwing.
  async #report(report: EpochReport): Promise<Decision> {
    if (this.#ended) {
      process.emitWarning('a trainer reported an epoch after its trial had ended; it is told to stop');
      return 'stop';
    }
    this.#abort.signal.throwIfAborted();
    const checked = checkReport(report, this.#lastEpoch);
    this.#lastEpoch = checked.epoch;
    if (this.#unanswered.length > 0 && !this.#overlapped) {
      this.#overlapped = true;
      this.#warn(
        'the trainer reports before its last report is answered; `await report(...)` lets it be stopped in time',
      );
    }
    this.#clock.report(performance.now());
    this.#post({ type: 'report', report: checked });
    return new Promise((resolve, reject) => this.#unanswered.push({ resolve, reject }));
  }

  #progress(progress: Progress | Preparation): void {
    const checked = checkProgress(progress);
    const now = performance.now();
    if ('preparing' in checked) this.#clock.prepare();
    else this.#clock.step(now);
    const work = 'preparing' in checked ? checked.preparing : undefined;
    const isLast = 'preparing' in checked && checked.total !== undefined && checked.done === checked.total;
    const isNews = work !== this.#work || isLast;
    if (!isNews && now - this.#lastProgressAt < PROGRESS_INTERVAL_MS) return;
    this.#work = work;
    this.#lastProgressAt = now;
    this.#post({ type: 'progress', progress: checked });
  }

  #warn(message: string): void {
    this.#warnings++;
    if (this.#warnings > MAX_WARNINGS) return;
    const last = this.#warnings === MAX_WARNINGS ? ' (the last warning shown of this attempt)' : '';
    this.#post({ type: 'warning', message: clip(message, 2_000) + last });
  }

  #take(request: ThreadRequest): void {
    switch (request.type) {
      case 'decide':
        this.#clock.answer(performance.now());
        this.#unanswered.shift()?.resolve(request.decision);
        return;
      case 'abort':
        this.#abort.abort();
        for (const { reject } of this.#unanswered.splice(0)) reject(this.#abort.signal.reason);
        return;
      default:
        request satisfies never;
    }
  }

  #post(reply: ThreadReply): void {
    if (!this.#ended) this.#port.postMessage(reply);
  }
}
