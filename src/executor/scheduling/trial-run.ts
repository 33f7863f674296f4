import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SerializedError } from '../../core/errors.js';
import type { FailureKind } from '../../core/failure.js';
import type { Params } from '../../core/parameters.js';
import type { Assignment } from './assignment-source.js';
import { Attempt, type AttemptEnd, type Failure } from './attempt.js';
import type { Shutdown } from './shutdown.js';
import type { ExecutorOptions } from '../executor.js';
import { backoffMs, FAILURE_RULES, type FailureRule } from './failure-rules.js';
import type { Host } from '../hosts/host.js';
import type { HostSupervisor } from '../hosts/host-supervisor.js';
import type { OomHistory } from './oom-history.js';
import { TrialControl } from './trial-control.js';
import { isWritable } from './writable.js';

/** What the trials of a sweep share. */
export interface SweepParts {
  readonly options: ExecutorOptions;
  readonly maxAttempts: number;
  readonly graceMs: number;
  readonly now: () => number;
  /** Of TensorFlow, for each slot. */
  readonly threads: number;
  readonly shutdown: Shutdown;
  readonly oomHistory: OomHistory;
  /** All hosts of a device. */
  readonly supervisorsOf: (device: string) => readonly HostSupervisor[];
}

/** Somebody outside may end a host this often without that the trial gets on by an epoch. */
const MAX_PREEMPTIONS = 10;

/** One trial of a running sweep, from its first attempt to the one that needs no other. */
export class TrialRun {
  readonly control = new TrialControl();
  readonly #assignment: Assignment;
  readonly #parts: SweepParts;
  readonly #supervisor: HostSupervisor;
  readonly #slot: number;
  readonly #params: Params;
  #attempts: number;
  #recordedEpochs: number;
  /** Failed attempts that count against the trial. */
  #strikes: number;
  /** Failed attempts of this run, whatever they count. */
  #failures = 0;
  #preemptions = 0;
  #spentMs = 0;
  #isolation: Isolation = 'none';
  #microBatch: number | undefined;
  #needsFreshMemory = false;
  #needsRoom = false;

  constructor(assignment: Assignment, supervisor: HostSupervisor, slot: number, parts: SweepParts) {
    const { trial, attempts, failures, recordedEpochs, microBatch } = assignment;
    this.#assignment = assignment;
    this.#parts = parts;
    this.#supervisor = supervisor;
    this.#slot = slot;
    this.#params = { ...parts.options.defaults, ...trial.params };
    this.#attempts = attempts;
    this.#recordedEpochs = recordedEpochs;
    this.#strikes = failures;
    if (microBatch === undefined) this.#takeAdvice();
    else if (microBatch !== 'all') this.#microBatch = microBatch;
  }

  /** Tries until the trial needs no further attempt, or the sweep ends; `undefined` where it was not begun. Never rejects. */
  async settle(): Promise<AttemptEnd | undefined> {
    let end: AttemptEnd | undefined;
    do {
      if (end !== undefined) await this.#waitForNext();
      const next = await this.#try();
      // Nothing more comes of it in this run: begun, it is taken up again by the next one.
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
        // TensorFlow gives back what it has taken only with the end of the process.
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
    const { trainer, dataset, files = {}, checkpointRoot, cacheDir } = options;
    const { checkpointEvery, maxTrialTimeMs = Infinity } = options;
    const { trial } = this.#assignment;
    const attempt = new Attempt({
      trial,
      attempt: ++this.#attempts,
      host,
      slot: this.#slot,
      threads,
      task: {
        trainer,
        params: this.#params,
        seed: trial.seed,
        device: this.#supervisor.device,
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
    if (!exclusive) this.#isolation = beside;
    switch (retry) {
      case 'never':
        return { error, willRetry: false };
      case 'counted':
        this.#strikes++;
        return { error, willRetry: this.#strikes < this.#parts.maxAttempts };
      case 'when-writable':
        this.#needsRoom = true;
        return { error, willRetry: true };
      case 'smaller':
        return this.#needLess(error, exclusive);
    }
  }

  async #needLess(error: SerializedError, exclusive: boolean): Promise<Failure> {
    const { device } = this.#supervisor;
    const tried = this.#microBatch;
    const next = await this.#parts.oomHistory.learn(device, this.#params, { microBatch: tried, exclusive });
    if (next === undefined) {
      const size = tried === undefined ? '' : ` with ${tried} samples at a time`;
      const message = `the trial does not fit into the memory of ${device}, exclusive on it${size}: ${error.message}`;
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
    if (!this.#needsRoom) return;
    const { options, shutdown } = this.#parts;
    const folders = [options.checkpointRoot, options.cacheDir];
    for (let tries = 2; !shutdown.reached('stopping') && this.control.request === undefined; tries++) {
      const full = await firstUnwritable(folders);
      if (full === undefined) break;
      if (tries === 2)
        options.onNotice?.(`trial ${this.#assignment.trial.id} waits: nothing can be written to ${full}`);
      await this.#sleep(backoffMs(tries));
    }
    this.#needsRoom = false;
  }

  /** Ends early where there is no use in waiting. */
  async #sleep(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#parts.shutdown.signal, this.control.signal]);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  #isPaused(): boolean {
    return this.control.request?.type === 'pause';
  }

  /** What other trials have found out about the device's memory. */
  #takeAdvice(): void {
    const { microBatch, exclusive } = this.#parts.oomHistory.advise(this.#supervisor.device, this.#params);
    this.#microBatch = microBatch;
    if (exclusive) this.#isolation = 'exclusive-on-device';
  }
}

const splitWarning = (microBatch: number, device: string): string =>
  `a whole batch does not fit into the memory of ${device}: it is taken ${microBatch} samples at a time and the gradients are ` +
  'added up. Batch norm sees so many samples at a time too, so results can differ from those of a device with more memory';

async function firstUnwritable(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) if (!(await isWritable(folder))) return folder;
  return undefined;
}
