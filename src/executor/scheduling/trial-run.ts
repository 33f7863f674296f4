import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SerializedError } from '../../core/errors.js';
import type { FailureKind } from '../../core/trial/failure.js';
import type { Params } from '../../core/parameters.js';
import type { Assignment } from './assignment-source.js';
import { Attempt, type AttemptEnd, type Failure } from './attempt.js';
import type { Shutdown } from './shutdown.js';
import type { ExecutorOptions } from '../executor-options.js';
import { backoffMs, FAILURE_RULES, type Isolation } from './failure-rules.js';
import type { Host } from '../hosts/host.js';
import type { HostSupervisor } from '../hosts/host-supervisor.js';
import type { OomHistory } from './oom-history.js';
import { TrialControl } from './trial-control.js';
import { isWritable } from './writable.js';

/** What the trials of a sweep share. */
export interface SweepParts {
  readonly options: ExecutorOptions;
  readonly maxAttempts: number;
  /** See `AttemptOptions.graceMs`. */
  readonly graceMs: number;
  readonly now: () => number;
  /** Of TensorFlow, for each slot. */
  readonly threads: number;
  readonly shutdown: Shutdown;
  readonly oomHistory: OomHistory;
  /** All hosts of a device. */
  readonly supervisorsOf: (device: string) => readonly HostSupervisor[];
}

/** How often a host may be killed from outside, with no new epoch recorded, before the trial fails. */
const MAX_PREEMPTIONS = 10;

/** One trial of a running sweep: attempts at it, until one is the last. */
export class TrialRun {
  readonly control = new TrialControl();
  readonly #assignment: Assignment;
  readonly #parts: SweepParts;
  readonly #supervisor: HostSupervisor;
  readonly #slot: number;
  readonly #params: Params;
  #attempts: number;
  #recordedEpochs: number;
  /** Failed attempts that count towards `maxAttempts`. */
  #strikes: number;
  /** All failed attempts of this run. */
  #failures = 0;
  #preemptions = 0;
  #spentMs = 0;
  #isolation: Isolation = 'none';
  #microBatch: number | undefined;
  /** Whether hosts must be replaced before the next attempt, to free the memory that TensorFlow holds. */
  #needsFreshMemory = false;
  #needsDiskSpace = false;

  constructor(assignment: Assignment, supervisor: HostSupervisor, slot: number, parts: SweepParts) {
    const { trial, attempts, failures, recordedEpochs, microBatch } = assignment;
    this.#assignment = assignment;
    this.#parts = parts;
    this.#supervisor = supervisor;
    this.#slot = slot;
    this.#params = { ...parts.options.training.defaults, ...trial.params };
    this.#attempts = attempts;
    this.#recordedEpochs = recordedEpochs;
    this.#strikes = failures;
    if (microBatch === undefined) this.#takeAdvice();
    else if (microBatch !== 'all') this.#microBatch = microBatch;
  }

  /** Runs attempts until one is final or the sweep ends; `undefined` where the trial was not begun. Never rejects. */
  async settle(): Promise<AttemptEnd | undefined> {
    let end: AttemptEnd | undefined;
    do {
      if (end !== undefined) await this.#waitForNext();
      const next = await this.#try();
      // The sweep ends: a trial that has begun stays paused for the next run.
      if (next === undefined) return end && { type: 'paused' };
      end = next;
    } while (end.type === 'preempted' || (end.type === 'failed' && end.willRetry && !this.#isPaused()));
    return end.type === 'failed' && end.willRetry ? { type: 'paused' } : end;
  }

  /** One attempt; `undefined` where the sweep ends instead. */
  async #try(): Promise<AttemptEnd | undefined> {
    const { shutdown, supervisorsOf } = this.#parts;
    const leave = await this.#supervisor.enter(this.#isolation);
    try {
      if (shutdown.reached('stopping')) return undefined;
      if (this.#needsFreshMemory) {
        // TensorFlow returns memory to the system only when its process ends.
        await Promise.all(supervisorsOf(this.#supervisor.device).map((supervisor) => supervisor.renew()));
        this.#needsFreshMemory = false;
      }
      const host = await this.#supervisor.get();
      if (host === undefined || shutdown.reached('stopping')) return undefined;
      return await this.#attempt(host);
    } finally {
      leave();
    }
  }

  async #attempt(host: Host): Promise<AttemptEnd> {
    const { options, threads, graceMs, shutdown, now } = this.#parts;
    const { trainer, settings, dataset, files = {}, checkpointEvery } = options.training;
    const { checkpointRoot, cacheDir } = options.folders;
    const { maxTrialTimeMs = Infinity } = options.limits ?? {};
    const { trial } = this.#assignment;
    const attempt = new Attempt({
      trial,
      attempt: ++this.#attempts,
      host,
      device: this.#supervisor.device,
      slot: this.#slot,
      threads,
      task: {
        trainer,
        settings,
        params: this.#params,
        seed: trial.seed,
        device: this.#supervisor.nameOnNode,
        dataset,
        files,
        checkpointDir: join(checkpointRoot, trial.key),
        cacheDir,
        recordedEpochs: this.#recordedEpochs,
        checkpointEvery,
        microBatch: this.#microBatch,
      },
      warnings: this.#microBatch === undefined ? [] : [splitWarning(this.#microBatch, this.#supervisor.device)],
      afterFailure: (kind, error) => this.#afterFailure(kind, error),
      afterPreemption: (error) => this.#afterPreemption(error),
      timeLeftMs: maxTrialTimeMs - this.#spentMs,
      graceMs,
      control: this.control,
      sink: options.sink,
      decide: options.decide,
      shutdown,
      now,
    });
    const startedAt = performance.now();
    const end = await attempt.run();
    this.#spentMs += performance.now() - startedAt;
    if (attempt.recordedEpochs > this.#recordedEpochs) this.#preemptions = 0;
    this.#recordedEpochs = attempt.recordedEpochs;
    return end;
  }

  async #afterFailure(kind: FailureKind, error: SerializedError): Promise<Failure> {
    const { retry, isolation } = FAILURE_RULES[kind];
    this.#failures++;
    const exclusive = this.#isolation === 'exclusive-on-device';
    if (!exclusive) this.#isolation = isolation;
    switch (retry) {
      case 'never':
        return { error, willRetry: false };
      case 'counted':
        this.#strikes++;
        return { error, willRetry: this.#strikes < this.#parts.maxAttempts };
      case 'when-writable':
        this.#needsDiskSpace = true;
        return { error, willRetry: true };
      case 'smaller':
        return this.#reduceMemory(error, exclusive);
    }
  }

  async #reduceMemory(error: SerializedError, exclusive: boolean): Promise<Failure> {
    const { device } = this.#supervisor;
    const tried = this.#microBatch;
    const next = await this.#parts.oomHistory.learn(device, this.#params, { microBatch: tried, exclusive });
    if (next === undefined) {
      const size = tried === undefined ? '' : ` and micro-batches of ${tried} samples`;
      const message = `the trial does not fit into the memory of ${device}, even with no other trial on the device${size}: ${error.message}`;
      return { error: { ...error, message }, willRetry: false };
    }
    this.#microBatch = next.microBatch;
    this.#needsFreshMemory = true;
    return { error, willRetry: true };
  }

  #afterPreemption({ code }: SerializedError): boolean {
    if (code === 'HOST_KILLED') this.#preemptions++;
    return this.#preemptions <= MAX_PREEMPTIONS;
  }

  async #waitForNext(): Promise<void> {
    await this.#sleep(backoffMs(Math.max(1, this.#failures)));
    if (!this.#needsDiskSpace) return;
    const { options, shutdown } = this.#parts;
    const folders = [options.folders.checkpointRoot, options.folders.cacheDir];
    for (let tries = 2; !shutdown.reached('stopping') && this.control.request === undefined; tries++) {
      const full = await firstUnwritable(folders);
      if (full === undefined) break;
      if (tries === 2) options.onNotice?.(`trial ${this.#assignment.trial.id} waits until ${full} can be written to`);
      await this.#sleep(backoffMs(tries));
    }
    this.#needsDiskSpace = false;
  }

  /** Ends early where the sweep or the trial is told to end. */
  async #sleep(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#parts.shutdown.signal, this.control.signal]);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  #isPaused(): boolean {
    return this.control.request?.type === 'pause';
  }

  /** Begins with what the memory of the device had room for in earlier trials. */
  #takeAdvice(): void {
    const { microBatch, exclusive } = this.#parts.oomHistory.advise(this.#supervisor.device, this.#params);
    this.#microBatch = microBatch;
    if (exclusive) this.#isolation = 'exclusive-on-device';
  }
}

const splitWarning = (microBatch: number, device: string): string =>
  `a whole batch does not fit into the memory of ${device}: it is split into micro-batches of ${microBatch} samples whose ` +
  'gradients are added up. Batch norm sees one micro-batch at a time, so results can differ from those of a device with more memory';

async function firstUnwritable(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) if (!(await isWritable(folder))) return folder;
  return undefined;
}
