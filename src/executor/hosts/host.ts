import { setTimeout as sleep } from 'node:timers/promises';
import { OUTPUT_TITLE } from '../../core/trial/failure.js';
import type { SerializedError } from '../../core/errors.js';
import type { Machine } from '../../core/trial/events.js';
import type { Decision } from '../../core/trainer/training.js';
import { clip } from '../inside-host/describe-thrown.js';
import { MessageBatcher } from '../inside-host/message-batcher.js';
import { deviceName } from './devices.js';
import type { HostExit, HostLauncher, HostLink, HostSpec } from './host-launcher.js';
import type { HostReply, HostRequest, Task, ThreadReply, TrainingOutcome } from './messages.js';
import type { Hang } from './watchdog.js';

/** How many lines of a host's output are kept to explain its end. */
const KEPT_LINES = 40;
/** Lines that TensorFlow logs when all is well: kept, but never quoted as the reason of an end. */
const ROUTINE = /^(?:[IW]\d{4} |WARNING: All log messages before absl)/;

/** Time in which the last lines of a task arrive after its error. */
const OUTPUT_MS = 50;

export interface HostOptions {
  readonly launcher: HostLauncher;
  readonly spec: HostSpec;
  /** A host that is not ready after this time is killed. The time that it waits for a machine does not count. */
  readonly startTimeoutMs: number;
  /** A host that takes longer to close is killed. */
  readonly closeTimeoutMs: number;
  /** Called with each line that the host, or a trainer in it, prints. */
  readonly onOutput: (line: string) => void;
  /** Called when the host waits for a machine, with the reason. */
  readonly onWaiting: (reason: string) => void;
}

/** How a task ended: by itself, or with its host. `preempted`: the host ended for a reason that has nothing to do with it. */
export type TaskOutcome = TrainingOutcome | { readonly type: 'lost' | 'preempted'; readonly error: SerializedError };

/** What a task says before its outcome. */
export type TaskMessage = Exclude<ThreadReply, { readonly type: 'ended' }>;

interface RunningTask {
  readonly onMessage: (message: TaskMessage) => void;
  readonly onOutcome: (outcome: TaskOutcome) => void;
  /** Lines that the host had printed when the task began. */
  readonly printedBefore: number;
}

/** What a host says of itself when it is ready. */
export type HostIntroduction = Pick<Extract<HostReply, { readonly type: 'ready' }>, 'node' | 'pid' | 'machine'>;

/** The main process's handle of a host: a process that owns one device and trains in `slots` threads. Launched at once. */
export class Host {
  /** Resolves with true once the host takes tasks, with false if it ended before. */
  readonly ready: Promise<boolean>;
  /**
   * Resolves when the host has ended, asked or not, after its last message. The error's stack has its last lines of output.
   * Its code: `HOST_START_FAILED` before the host was ready; later `HOST_OUT_OF_MEMORY` where memory ran out, `HOST_REPLACED`
   * where `killFor` ended it, `HOST_KILLED` where it was killed from outside, else `HOST_CRASHED`.
   */
  readonly ended: Promise<SerializedError>;
  readonly #options: HostOptions;
  readonly #link: HostLink;
  // A message that does not arrive needs no handling: the host is about to end, and `ended` says why.
  readonly #batcher = new MessageBatcher<HostRequest>((requests, onSent) => this.#link.send(requests, onSent));
  readonly #running = new Map<number, RunningTask>();
  readonly #lastLines: string[] = [];
  /** All lines so far. */
  #printed = 0;
  #announceReady: (() => void) | undefined;
  #introduction: HostIntroduction | undefined;
  #failedToStart: string | undefined;
  /** The slot whose task is the reason to kill the host. */
  #culprit: { readonly slot: number; readonly error: SerializedError } | undefined;
  #end: SerializedError | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#link = options.launcher.launch(options.spec, {
      onWaiting: options.onWaiting,
      onReplies: (replies) => replies.forEach((reply) => this.#take(reply)),
      onLine: (line) => this.#hear(line),
      onDisconnect: () => void this.close(),
    });
    this.ended = this.#watchEnd();
    this.ready = this.#watchStart();
  }

  /** Process id on its node; `undefined` where there is no process, or none yet. */
  get pid(): number | undefined {
    return this.#introduction?.pid ?? this.#link.pid;
  }

  /** Host name of its machine, known once the host is ready. */
  get node(): string | undefined {
    return this.#introduction?.node;
  }

  /** Known once the host is ready. */
  get machine(): Machine | undefined {
    return this.#introduction?.machine;
  }

  /** Whether the host ever took tasks. */
  get wasReady(): boolean {
    return this.#introduction !== undefined;
  }

  /** Trains `task` in a slot that is free. Never rejects; no message follows the outcome. */
  run(slot: number, task: Task, onMessage: RunningTask['onMessage']): Promise<TaskOutcome> {
    return new Promise((resolve) => {
      if (this.#end !== undefined) return resolve({ type: 'preempted', error: this.#end });
      this.#running.set(slot, { onMessage, onOutcome: resolve, printedBefore: this.#printed });
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

  /** Kills the host because of the slot's task, which ends with this error; tasks in other slots are preempted. */
  killFor(slot: number, error: SerializedError): void {
    this.#culprit ??= { slot, error };
    this.kill();
  }

  kill(): void {
    this.#link.kill();
  }

  /** Lets running tasks end, then the host; kills it after `closeTimeoutMs`. Safe to call twice. */
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
    const announced = new Promise<true>((resolve) => {
      this.#announceReady = () => resolve(true);
    });
    const ended = this.ended.then(() => false as const);
    // Only from here on is the host itself slow; before, it waits for a machine.
    const started = await Promise.race([this.#link.started.then(() => true), ended]);
    if (!started) return false;
    const timer = setTimeout(() => {
      this.#failedToStart = `was not ready after ${startTimeoutMs / 1000} s and was killed`;
      this.kill();
    }, startTimeoutMs);
    const ready = await Promise.race([announced, ended]);
    clearTimeout(timer);
    return ready;
  }

  async #watchEnd(): Promise<SerializedError> {
    this.#end = this.#describeEnd(await this.#link.exited);
    for (const [slot, { onOutcome }] of this.#running) onOutcome(this.#outcomeOf(slot, this.#end));
    this.#running.clear();
    return this.#end;
  }

  #outcomeOf(slot: number, end: SerializedError): TaskOutcome {
    if (this.#culprit?.slot === slot) return { type: 'lost', error: { ...this.#culprit.error, stack: end.stack } };
    const isPreempted = end.code === 'HOST_REPLACED' || end.code === 'HOST_KILLED';
    return { type: isPreempted ? 'preempted' : 'lost', error: end };
  }

  #describeEnd(exit: HostExit): SerializedError {
    const lastWords = this.#lastLines.findLast((line) => !ROUTINE.test(line));
    const process = this.pid === undefined ? '' : ` (process ${this.pid})`;
    const subject = `the host of ${deviceName(this.#options.spec.device)}${process}`;
    const { code, how } = this.#explain(exit);
    return {
      code: this.wasReady ? code : 'HOST_START_FAILED',
      message: `${subject} ${this.#failedToStart ?? how}${lastWords === undefined ? '' : `; it said: ${clip(lastWords, 300)}`}`,
      stack: this.#lastLines.join('\n'),
    };
  }

  #explain(exit: HostExit): { readonly code: string; readonly how: string } {
    switch (exit.cause) {
      case 'not-started':
        return { code: 'HOST_CRASHED', how: `could not be started: ${exit.reason}` };
      case 'status':
        return { code: 'HOST_CRASHED', how: `exited with status ${exit.status}` };
      case 'preempted':
        return { code: 'HOST_KILLED', how: `was ended: ${exit.reason}` };
      case 'signal':
        if (exit.signal !== 'SIGKILL') return { code: 'HOST_CRASHED', how: `was ended by ${exit.signal}` };
        if (this.#culprit === undefined) return { code: 'HOST_KILLED', how: 'was killed from outside (SIGKILL)' };
        break;
      case 'out-of-memory':
        if (this.#culprit === undefined) {
          return { code: 'HOST_OUT_OF_MEMORY', how: 'was ended by SIGKILL: the system had no memory left' };
        }
        break;
    }
    return { code: 'HOST_REPLACED', how: `was killed because of a trial: ${this.#culprit.error.message}` };
  }

  #hear(line: string): void {
    this.#printed++;
    this.#lastLines.push(line);
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
    this.#options.onOutput(line);
  }

  #take(reply: HostReply): void {
    if (reply.type === 'ready') {
      this.#introduction = reply;
      this.#announceReady?.();
      return;
    }
    if (reply.type === 'hung') return this.killFor(reply.slot, hangError(reply));
    const task = this.#running.get(reply.slot);
    if (reply.type === 'ended') {
      this.#running.delete(reply.slot);
      if (task) void this.#withOutput(reply.outcome, task).then(task.onOutcome);
    } else {
      task?.onMessage(reply);
    }
  }

  /** Adds what the host printed during a task that failed: a program that the trainer started may have said why. */
  async #withOutput(outcome: TrainingOutcome, { printedBefore }: RunningTask): Promise<TrainingOutcome> {
    if (outcome.type !== 'threw') return outcome;
    // Output comes through pipes of its own, and so may arrive after the error.
    await sleep(OUTPUT_MS);
    const recent = this.#lastLines.slice(Math.max(0, this.#lastLines.length - (this.#printed - printedBefore)));
    const said = recent.filter((line) => !ROUTINE.test(line));
    if (said.length === 0) return outcome;
    const output = said.map((line) => `  ${clip(line, 300)}`).join('\n');
    const { stack } = outcome.error;
    return { ...outcome, error: { ...outcome.error, stack: `${stack}\n${OUTPUT_TITLE}\n${output}`.trimStart() } };
  }

  #send(request: HostRequest): void {
    void this.#batcher.post(request);
  }
}

function hangError({ silentMs, allowedMs }: Hang): SerializedError {
  const seconds = (ms: number): string => `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;
  const message = `no progress for ${seconds(silentMs)} (limit ${seconds(allowedMs)})`;
  return { code: 'TRIAL_HUNG', message, stack: '' };
}
