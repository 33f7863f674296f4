import { once } from 'node:events';
import { extname } from 'node:path';
import { hostname } from 'node:os';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { shareThreadLock } from '../../platform/thread-lock.js';
import type { HostReply, HostRequest, Task, ThreadReply, TrainingOutcome } from '../hosts/messages.js';
import { describeMachine } from '../hosts/processors.js';
import { StepClock } from '../hosts/step-clock.js';
import { Watchdog, type HangTimeouts } from '../hosts/watchdog.js';
import { describeThrown } from './describe-thrown.js';
import { MessageBatcher } from './message-batcher.js';
import type { Work } from './thread-entry.js';

/** The host's end of the connection that a launcher makes. */
export interface SupervisorLink {
  /** Sends messages in order; `onSent` is called when they are on their way, or cannot be sent any more. */
  send(replies: readonly HostReply[], onSent: () => void): void;
  onRequests(take: (requests: readonly HostRequest[]) => void): void;
}

export interface HostRunOptions {
  readonly slots: number;
  readonly hangTimeouts: HangTimeouts;
}

/**
 * Runs this process as a host: trains tasks in the threads of a pool until it is told to shut down, which exits the process.
 * The main thread does not train, so that it can always pass on messages and notice hangs. Resolves when the host is ready.
 */
export async function runHost(link: SupervisorLink, { slots, hangTimeouts }: HostRunOptions): Promise<void> {
  shareThreadLock();
  const batcher = new MessageBatcher<HostReply>((replies, onSent) => link.send(replies, onSent));
  const watchdog = new Watchdog(hangTimeouts, performance.now());
  const tasks = new TaskRunner(slots, watchdog, (reply) => batcher.post(reply));
  link.onRequests((requests) => requests.forEach((request) => tasks.take(request)));
  setInterval(() => watchdog.check(performance.now()), hangTimeouts.checkMs).unref();
  const machine = await describeMachine(process.env);
  await batcher.post({ type: 'ready', node: hostname(), pid: process.pid, machine });
}

class TaskRunner {
  readonly #pool: Piscina;
  readonly #ports = new Map<number, MessagePort>();
  readonly #tasks = new Set<Promise<void>>();
  readonly #watchdog: Watchdog;
  readonly #post: (reply: HostReply) => Promise<void>;

  constructor(slots: number, watchdog: Watchdog, post: (reply: HostReply) => Promise<void>) {
    this.#watchdog = watchdog;
    this.#post = post;
    this.#pool = new Piscina({
      filename: new URL(`./thread-entry${extname(import.meta.url)}`, import.meta.url).href,
      name: 'runTask',
      minThreads: slots,
      maxThreads: slots,
      // With atomics a thread blocks as soon as it is idle: the port of its last trial would never close, and timers that a
      // trainer left behind would fire in the middle of the next trial.
      atomics: 'disabled',
      recordTiming: false,
    });
    this.#pool.on('error', (error) => {
      // The pool replaces a thread that ends while idle, but not one that cannot start.
      if (this.#pool.threads.length < slots) throw error;
    });
  }

  take(request: HostRequest): void {
    switch (request.type) {
      case 'run': {
        const run = this.#run(request.slot, request.task).finally(() => this.#tasks.delete(run));
        this.#tasks.add(run);
        return;
      }
      case 'decide':
        this.#watchdog.wait(request.slot, -1);
        this.#ports.get(request.slot)?.postMessage(request);
        return;
      case 'abort':
        this.#ports.get(request.slot)?.postMessage(request);
        return;
      case 'shutdown':
        void this.#shutDown();
        return;
      default:
        request satisfies never;
    }
  }

  async #run(slot: number, task: Task): Promise<void> {
    const { port1: port, port2: threadPort } = new MessageChannel();
    let outcome: TrainingOutcome | undefined;
    port.on('message', (reply: ThreadReply) => {
      if (reply.type === 'report') this.#watchdog.wait(slot, 1);
      if (reply.type === 'ended') outcome ??= reply.outcome;
      else void this.#post({ ...reply, slot });
    });
    this.#ports.set(slot, port);
    const clock = new StepClock();
    this.#watchdog.watch(slot, clock, (hang) => void this.#post({ type: 'hung', slot, ...hang }), performance.now());
    const work: Work = { task, port: threadPort, clock: clock.buffer };
    // The port closes with the thread at the latest, after its last message.
    const [run] = await Promise.allSettled([this.#pool.run(work, { transferList: [threadPort] }), once(port, 'close')]);
    this.#ports.delete(slot);
    this.#watchdog.unwatch(slot);
    // A thread that could not say why it ended ran out of memory, in most cases.
    outcome ??= { type: 'threw', error: describeThrown(run.status === 'rejected' ? run.reason : undefined) };
    await this.#post({ type: 'ended', slot, outcome });
  }

  async #shutDown(): Promise<void> {
    await Promise.allSettled(this.#tasks);
    await this.#pool.destroy();
    process.exit(0);
  }
}
