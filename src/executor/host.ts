import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SerializedError } from '../core/errors.js';
import type { Decision } from '../core/training.js';
import type { HostReply, HostRequest, Task, ThreadReply, TrainingOutcome } from './messages.js';
import { readLines } from './output-lines.js';
import { clip } from './thrown.js';

const ENTRY = fileURLToPath(new URL(`./host-entry${extname(import.meta.url)}`, import.meta.url));
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
  /** A host that takes longer to close is killed. */
  readonly closeTimeoutMs: number;
  /** Gets each line that the host, or a trainer in it, prints. */
  readonly onOutput: (line: string) => void;
}

/** How a task ended: by itself, or with its host. */
export type TaskOutcome = TrainingOutcome | { readonly type: 'lost'; readonly error: SerializedError };

/** What a task says before its outcome. */
export type TaskMessage = Exclude<ThreadReply, { readonly type: 'ended' }>;

interface RunningTask {
  readonly onMessage: (message: TaskMessage) => void;
  readonly onOutcome: (outcome: TaskOutcome) => void;
}

/** The main process's handle of a host: a process that owns one device and trains in `slots` threads. Starts at once. */
export class Host {
  readonly pid: number;
  /** Resolves with true once the host takes tasks, with false if it ended before. */
  readonly ready: Promise<boolean>;
  /**
   * Resolves when the process has ended, asked or not, and all it said has been heard. The error tells how and carries
   * its last lines of output in place of a stack: code `HOST_CRASHED`, before it was ready `HOST_START_FAILED`.
   */
  readonly ended: Promise<SerializedError>;
  readonly #options: HostOptions;
  readonly #child: ChildProcess;
  readonly #running = new Map<number, RunningTask>();
  readonly #lastLines: string[] = [];
  #announceReady: (() => void) | undefined;
  #wasReady = false;
  #failedToStart: string | undefined;
  #end: SerializedError | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#child = fork(ENTRY, [String(options.slots)], {
      env: options.environment,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.pid = this.#child.pid ?? 0;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) readLines(stream, (line) => this.#hear(line));
    }
    this.#child.on('message', (reply: HostReply) => this.#take(reply));
    // Without its channel a host is of no use, and ends itself.
    this.#child.on('disconnect', () => void this.close());
    this.ended = this.#watchEnd();
    this.ready = this.#watchStart();
  }

  /** Whether the host ever took tasks. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** Trains `task` in a slot that is free. Never rejects; nothing follows the outcome. */
  run(slot: number, task: Task, onMessage: RunningTask['onMessage']): Promise<TaskOutcome> {
    return new Promise((resolve) => {
      if (this.#end !== undefined) return resolve({ type: 'lost', error: this.#end });
      this.#running.set(slot, { onMessage, onOutcome: resolve });
      this.#send({ type: 'run', slot, task });
    });
  }

  /** Answers the oldest unanswered report of the slot's task. */
  decide(slot: number, decision: Decision): void {
    this.#send({ type: 'decide', slot, decision });
  }

  /** Tells the trainers of all slots to end without waiting for their next report. */
  abort(): void {
    for (const slot of this.#running.keys()) this.#send({ type: 'abort', slot });
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
    const how = await new Promise<string>((resolve) => {
      this.#child.once('exit', (status, signal) => resolve(describeExit(status, signal)));
      this.#child.on('error', (error) => {
        // Of a process that runs, it says that a message or a signal did not arrive; its exit will say more.
        if (this.#child.pid === undefined) resolve(`could not be started: ${error.message}`);
      });
    });
    await Promise.race([silent, sleep(OUTPUT_GRACE_MS, undefined, { ref: false })]);
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#end = this.#describeEnd(how);
    for (const { onOutcome } of this.#running.values()) onOutcome({ type: 'lost', error: this.#end });
    this.#running.clear();
    return this.#end;
  }

  #describeEnd(how: string): SerializedError {
    const lastWords = this.#lastLines.findLast((line) => !ROUTINE.test(line));
    const subject = `the host of ${this.#options.device} (process ${this.pid})`;
    return {
      code: this.#wasReady ? 'HOST_CRASHED' : 'HOST_START_FAILED',
      message: `${subject} ${this.#failedToStart ?? how}${lastWords === undefined ? '' : `; it said: ${clip(lastWords, 300)}`}`,
      stack: this.#lastLines.join('\n'),
    };
  }

  #hear(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
    this.#options.onOutput(line);
  }

  #take(reply: HostReply): void {
    if (reply.type === 'ready') {
      this.#wasReady = true;
      this.#announceReady?.();
      return;
    }
    const task = this.#running.get(reply.slot);
    if (reply.type === 'ended') {
      this.#running.delete(reply.slot);
      task?.onOutcome(reply.outcome);
    } else {
      task?.onMessage(reply);
    }
  }

  #send(request: HostRequest): void {
    // A message that does not arrive needs no answer of its own: the process is ending, and `ended` tells.
    this.#child.send(request, () => undefined);
  }
}

function describeExit(status: number | null, signal: NodeJS.Signals | null): string {
  if (signal === null) return `exited with status ${status ?? 0}`;
  const why = signal === 'SIGKILL' ? ' (by someone, or by the system because memory ran out)' : '';
  return `was ended by ${signal}${why}`;
}
