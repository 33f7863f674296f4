/**
 * Entry of a host: the process that owns one device. Trainers run in the threads of its pool, so this thread is always free to
 * pass messages on and to notice that nobody is left to train for. What crashes here takes nothing else along.
 */
import { once } from 'node:events';
import { hostname } from 'node:os';
import { extname } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { shareThreadLock } from '../../platform/thread-lock.js';
import type { HostReply, HostRequest, Task, ThreadReply, TrainingOutcome } from '../hosts/messages.js';
import { MessageBatcher } from './message-batcher.js';
import { StepClock } from '../hosts/step-clock.js';
import type { Work } from './thread-entry.js';
import { describeThrown } from './thrown.js';
import { Watchdog, type HangTimeouts } from '../hosts/watchdog.js';

const slots = Number(process.argv[2]);
const hangTimeouts = JSON.parse(process.argv[3]!) as HangTimeouts;
shareThreadLock();
const pool = new Piscina({
  filename: new URL(`./thread-entry${extname(import.meta.url)}`, import.meta.url).href,
  name: 'runTask',
  minThreads: slots,
  maxThreads: slots,
  // Otherwise a thread blocks as soon as it is idle: the port of its last trial would never close, and what a trainer left
  // behind would wake up in the middle of the next one.
  atomics: 'disabled',
  recordTiming: false,
});
const ports = new Map<number, MessagePort>();
const tasks = new Set<Promise<void>>();
// One that cannot be sent any more is no loss, for nobody is there to read it.
const batcher = new MessageBatcher<HostReply>((replies, onSent) => {
  process.send!(replies, undefined, undefined, () => onSent());
});
const watchdog = new Watchdog(hangTimeouts, performance.now());

// The main process decides what an interrupt means; a terminal sends it to every process of the group.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (requests: readonly HostRequest[]) => requests.forEach(take));
setInterval(() => watchdog.check(performance.now()), hangTimeouts.checkMs).unref();
pool.on('error', (error) => {
  // A thread that ends while idle is replaced; one that cannot start is not, and leaves a pool that is too small.
  if (pool.threads.length < slots) throw error;
});
await batcher.post({ type: 'ready', node: hostname() });

function take(request: HostRequest): void {
  switch (request.type) {
    case 'run': {
      const run = runTask(request.slot, request.task).finally(() => tasks.delete(run));
      tasks.add(run);
      return;
    }
    case 'decide':
      watchdog.wait(request.slot, -1);
      ports.get(request.slot)?.postMessage(request);
      return;
    case 'abort':
      ports.get(request.slot)?.postMessage(request);
      return;
    case 'shutdown':
      void shutDown();
      return;
    default:
      request satisfies never;
  }
}

async function runTask(slot: number, task: Task): Promise<void> {
  const { port1: port, port2: threadPort } = new MessageChannel();
  let outcome: TrainingOutcome | undefined;
  port.on('message', (reply: ThreadReply) => {
    if (reply.type === 'report') watchdog.wait(slot, 1);
    if (reply.type === 'ended') outcome ??= reply.outcome;
    else void batcher.post({ ...reply, slot });
  });
  ports.set(slot, port);
  const clock = new StepClock();
  watchdog.watch(slot, clock, (hang) => void batcher.post({ type: 'hung', slot, ...hang }), performance.now());
  const work: Work = { task, port: threadPort, clock: clock.buffer };
  // The port closes with the thread at the latest, after its last message.
  const [run] = await Promise.allSettled([pool.run(work, { transferList: [threadPort] }), once(port, 'close')]);
  ports.delete(slot);
  watchdog.unwatch(slot);
  // A thread that had no chance to say why it ended is out of memory, above all.
  outcome ??= { type: 'threw', error: describeThrown(run.status === 'rejected' ? run.reason : undefined) };
  await batcher.post({ type: 'ended', slot, outcome });
}

async function shutDown(): Promise<void> {
  await Promise.allSettled(tasks);
  await pool.destroy();
  process.exit(0);
}
