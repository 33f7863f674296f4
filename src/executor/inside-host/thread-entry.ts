/** Entry of a pool thread: the only place where the executor calls a trainer. */
import { access, mkdir } from 'node:fs/promises';
import type { MessagePort } from 'node:worker_threads';
import type { SerializedError } from '../../core/errors.js';
import type { Train } from '../../core/trainer/training.js';
import { isExisting } from '../../platform/errno.js';
import type { Task } from '../hosts/messages.js';
import { StepClock } from '../hosts/step-clock.js';
import { describeThrown } from './describe-thrown.js';
import { TrainingSession } from './training-session.js';

/** The session of the trial that this thread trains now. */
let current: TrainingSession | undefined;

// Where a trainer ends its own thread (an exception in a callback, an unhandled rejection, a call of `process.exit`), the
// thread can still report why.
process.on('uncaughtExceptionMonitor', (error) => current?.end({ type: 'threw', error: describeThrown(error) }));
process.on('exit', (status) => {
  const message = `the trainer called process.exit(${status}); a trainer ends by returning or by throwing`;
  current?.end({ type: 'threw', error: { code: 'TRAINER_EXITED', message, stack: '' } });
});

export interface Work {
  readonly task: Task;
  readonly port: MessagePort;
  /** Of a `StepClock`. */
  readonly clock: SharedArrayBuffer;
}

/** Trains one trial. Reports, progress and the outcome go through the port. Never rejects. */
export async function runTask({ task, port, clock }: Work): Promise<void> {
  const session = new TrainingSession(task, port, new StepClock(clock));
  current = session;
  try {
    const loaded = await loadTrainer(task.trainer);
    if ('error' in loaded) return session.end({ type: 'threw', error: loaded.error });
    await makeFolder(task.checkpointDir);
    await loaded.train(session.context);
    session.end({ type: 'returned' });
  } catch (thrown) {
    session.end({ type: 'threw', error: await explain(thrown, task.checkpointDir) });
  } finally {
    current = undefined;
  }
}

/** Node caches modules, so a thread loads a trainer, and TensorFlow with it, only once. */
async function loadTrainer(url: string): Promise<{ readonly train: Train } | { readonly error: SerializedError }> {
  let module: { readonly train?: unknown };
  try {
    module = (await import(url)) as typeof module;
  } catch (thrown) {
    const { message, stack } = describeThrown(thrown);
    return { error: { code: 'TRAINER_INVALID', message: `the trainer ${url} cannot be loaded: ${message}`, stack } };
  }
  if (isTrain(module.train)) return { train: module.train };
  const message = `the trainer ${url} exports no function named train`;
  return { error: { code: 'TRAINER_INVALID', message, stack: '' } };
}

/** Does not make parent folders: where they were removed, they may be put back with their content. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    if (!isExisting(error)) throw error;
  });
}

/** A trainer whose folder was removed can fail with any error; the removed folder is the cause to report. */
async function explain(thrown: unknown, folder: string): Promise<SerializedError> {
  const error = describeThrown(thrown);
  try {
    await access(folder);
    return error;
  } catch {
    return { ...error, code: 'CHECKPOINT_FOLDER_GONE', message: `${folder} has been removed: ${error.message}` };
  }
}

const isTrain = (value: unknown): value is Train => typeof value === 'function';
