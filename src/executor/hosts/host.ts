import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SerializedError } from '../../core/errors.js';
import type { Decision } from '../../core/training.js';
import { countKernelKills } from './kernel-kills.js';
import type { HostReply, HostRequest, Task, ThreadReply, TrainingOutcome } from './messages.js';
import { MessageBatcher } from '../inside-host/message-batcher.js';
import { readLines } from './output-lines.js';
import { clip } from '../inside-host/thrown.js';
import type { Hang, HangTimeouts } from './watchdog.js';

const ENTRY = fileURLToPath(new URL(`../inside-host/host-entry${extname(import.meta.url)}`, import.meta.url));
/** How many lines of a host's output are kept to explain its end. */
const KEPT_LINES = 40;
/** What TensorFlow logs in good health too: kept, but nobody's last words. */
const ROUTINE = /^(?:[IW]\d{4} |WARNING: All log messages before absl)/;
/** How long to wait for the rest of the output where another process has inherited it and keeps it open. */
const OUTPUT_GRACE_MS = 500;

export interface HostOptions {
  /** Name of its device, for messages. */
  readonly device: string;
  readonly slots: number;
  /** From `hostEnvironment`. */
  readonly environment: NodeJS.ProcessEnv;
  /** A host that takes longer to be ready is killed. */
  readonly startTimeoutMs: number;
  /** A host that takes longer to close is killed, as is one whose trial does not end when it is told to. */
  readonly closeTimeoutMs: number;
  /** For how long its trials may stand still. */
  readonly hangTimeouts: HangTimeouts;
  /** Gets each line that the host, or a trainer in it, prints. */
  readonly onOutput: (line: string) => void;
}

/** How a task ended: by itself, or with its host; `preempted` where it had no part in the host's end. */
export type TaskOutcome = TrainingOutcome | { readonly type: 'lost' | 'preempted'; readonly error: SerializedError };

/** What a task says before its outcome. */
export type TaskMessage = Exclude<ThreadReply, { readonly type: 'ended' }>;

interface RunningTask {
  readonly onMessage: (message: TaskMessage) => void;
  readonly onOutcome: (outcome: TaskOutcome) => void;
}

/** The main process's handle of a host: a process that owns one device and trains in `slots` threads. Starts at once. */
export class Host {
  /** `undefined` where no process could be started. */
  readonly pid: number | undefined;
  /** Resolves with true once the host takes tasks, with false if it ended before. */
  readonly ready: Promise<boolean>;
  /**
   * Resolves when the process has ended, asked or not, and all it said has been heard. The error tells how and carries
   * its last lines of output in place of a stack. Its code: `HOST_START_FAILED` before it was ready, then
   * `HOST_OUT_OF_MEMORY` where Linux ended it for that, `HOST_KILLED` where somebody else did,
   * `HOST_REPLACED` where we did because of one of its trials, else `HOST_CRASHED`.
   */
  readonly ended: Promise<SerializedError>;
  readonly #options: HostOptions;
  readonly #child: ChildProcess;
  // What does not arrive needs no answer of its own: the process is ending, and `ended` tells.
  readonly #batcher = new MessageBatcher<HostRequest>((requests, onSent) => {
    this.#child.send(requests, () => onSent());
  });
  readonly #running = new Map<number, RunningTask>();
  readonly #lastLines: string[] = [];
  readonly #kernelKills = countKernelKills();
  #announceReady: (() => void) | undefined;
  #wasReady = false;
  #node: string | undefined;
  #failedToStart: string | undefined;
  /** The trial because of which the host is killed. */
  #culprit: { readonly slot: number; readonly error: SerializedError } | undefined;
  #end: SerializedError | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#child = fork(ENTRY, [String(options.slots), JSON.stringify(options.hangTimeouts)], {
      env: options.environment,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.pid = this.#child.pid;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) readLines(stream, (line) => this.#hear(line));
    }
    this.#child.on('message', (replies: readonly HostReply[]) => {
      for (const reply of replies) this.#take(reply);
    });
    // Without its channel a host is of no use, and ends itself.
    this.#child.on('disconnect', () => void this.close());
    this.ended = this.#watchEnd();
    this.ready = this.#watchStart();
  }

  /** Host name of its machine, known once the host is ready. */
  get node(): string | undefined {
    return this.#node;
  }

  /** Whether the host ever took tasks. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** Trains `task` in a slot that is free. Never rejects; nothing follows the outcome. */
  run(slot: number, task: Task, onMessage: RunningTask['onMessage']): Promise<TaskOutcome> {
    return new Promise((resolve) => {
      if (this.#end !== undefined) return resolve({ type: 'preempted', error: this.#end });
      this.#running.set(slot, { onMessage, onOutcome: resolve });
      this.#send({ type: 'run', slot, task });
    });
  }

  /** Answers the oldest unanswered report of the slot's task. */
  decide(slot: number, decision: Decision): void {
    this.#send({ type: 'decide', slot, decision });
  }

  /** Tells the trainer of a slot, or those of all slots, to end without waiting for the next report. */
  abort(slot?: number): void {
    for (const each of slot === undefined ? this.#running.keys() : [slot]) this.#send({ type: 'abort', slot: each });
  }

  /** Kills the host because of the slot's task, which ends with this error; the tasks beside it are preempted. */
  killFor(slot: number, error: SerializedError): void {
    this.#culprit ??= { slot, error };
    this.kill();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets running tasks end, then the process; kills it where that takes too long. Safe to call twice. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#send({ type: 'shutdown' });
    const timer = setTimeout(() => this.kill(), this.#options.closeTimeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  async #watchStart(): Promise<boolean> {
    const { startTimeoutMs } = this.#options;
    const announced = new Promise<boolean>((resolve) => {
      this.#announceReady = () => resolve(true);
    });
    const timer = setTimeout(() => {
      this.#failedToStart = `was not ready after ${startTimeoutMs / 1000} s and was killed`;
      this.kill();
    }, startTimeoutMs);
    const ready = await Promise.race([announced, this.ended.then(() => false)]);
    clearTimeout(timer);
    return ready;
  }

  async #watchEnd(): Promise<SerializedError> {
    // After `exit`, perhaps at once, perhaps never: when nobody has the process's output open any more.
    const silent = new Promise((resolve) => this.#child.once('close', resolve));
    const exit = await new Promise<Exit>((resolve) => {
      this.#child.once('exit', (status, signal) => resolve({ status, signal }));
      this.#child.on('error', (error) => {
        // Of a process that runs, it says that a message or a signal did not arrive; its exit will say more.
        if (this.#child.pid === undefined) resolve({ status: null, signal: null, failure: error.message });
      });
    });
    await Promise.race([silent, sleep(OUTPUT_GRACE_MS, undefined, { ref: false })]);
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#end = this.#describeEnd(exit);
    for (const [slot, { onOutcome }] of this.#running) onOutcome(this.#outcomeOf(slot, this.#end));
    this.#running.clear();
    return this.#end;
  }

  #outcomeOf(slot: number, end: SerializedError): TaskOutcome {
    if (this.#culprit?.slot === slot) return { type: 'lost', error: { ...this.#culprit.error, stack: end.stack } };
    // Who kills a process from outside has nothing against one of its trials.
    const innocent = end.code === 'HOST_REPLACED' || end.code === 'HOST_KILLED';
    return { type: innocent ? 'preempted' : 'lost', error: end };
  }

  #describeEnd(exit: Exit): SerializedError {
    const lastWords = this.#lastLines.findLast((line) => !ROUTINE.test(line));
    const process = this.pid === undefined ? '' : ` (process ${this.pid})`;
    const subject = `the host of ${this.#options.device}${process}`;
    const { code, how } = this.#explain(exit);
    return {
      code: this.#wasReady ? code : 'HOST_START_FAILED',
      message: `${subject} ${this.#failedToStart ?? how}${lastWords === undefined ? '' : `; it said: ${clip(lastWords, 300)}`}`,
      stack: this.#lastLines.join('\n'),
    };
  }

  #explain({ status, signal, failure }: Exit): { readonly code: string; readonly how: string } {
    if (failure !== undefined) return { code: 'HOST_CRASHED', how: `could not be started: ${failure}` };
    if (signal === null) return { code: 'HOST_CRASHED', how: `exited with status ${status ?? 0}` };
    if (signal !== 'SIGKILL') return { code: 'HOST_CRASHED', how: `was ended by ${signal}` };
    if (this.#culprit !== undefined)
      return { code: 'HOST_REPLACED', how: `was killed because of a trial: ${this.#culprit.error.message}` };
    if (countKernelKills() > this.#kernelKills) {
      return { code: 'HOST_OUT_OF_MEMORY', how: 'was ended by SIGKILL: the system had no memory left' };
    }
    return { code: 'HOST_KILLED', how: 'was ended by SIGKILL, by someone or something outside' };
  }

  #hear(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
    this.#options.onOutput(line);
  }

  #take(reply: HostReply): void {
    if (reply.type === 'ready') {
      this.#wasReady = true;
      this.#node = reply.node;
      this.#announceReady?.();
      return;
    }
    if (reply.type === 'hung') return this.killFor(reply.slot, hangError(reply));
    const task = this.#running.get(reply.slot);
    if (reply.type === 'ended') {
      this.#running.delete(reply.slot);
      task?.onOutcome(reply.outcome);
    } else {
      task?.onMessage(reply);
    }
  }

  #send(request: HostRequest): void {
    void this.#batcher.post(request);
  }
}

interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why there never was a process. */
  readonly failure?: string;
}

function hangError({ silentMs, allowedMs }: Hang): SerializedError {
  const seconds = (ms: number): string => `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;
  const message = `nothing has come of the trial for ${seconds(silentMs)}, where ${seconds(allowedMs)} would have been plenty`;
  return { code: 'TRIAL_HUNG', message, stack: '' };
}
