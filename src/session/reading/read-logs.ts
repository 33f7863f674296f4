import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../../core/errors.js';
import { isMissing } from '../../platform/errno.js';
import { LOG, PREVIOUS_LOG } from '../../programs/processes/output-log.js';
import { trialDetails } from '../../store/reading/queries/trial-details.js';
import { resultFolders } from '../result-folders.js';
import { withReader } from './with-reader.js';

/** Interval at which a followed log is read. */
const POLL_MS = 500;

/**
 * Reads all that the program of a trial has printed, in every attempt.
 *
 * @param follow - goes on as the log grows, until the trial has ended
 * @throws {InputError} NO_DATABASE, UNKNOWN_TRIAL, NO_LOG
 */
export async function* readLogs(
  db: string,
  trial: number,
  follow: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { key, isOver } = await look(db, trial);
  const folder = join(resultFolders(db).checkpointRoot, key);
  const path = join(folder, LOG);
  const previous = await openLog(join(folder, PREVIOUS_LOG));
  if (previous !== undefined) yield* toEnd(previous);
  await previous?.close();
  let log = await openLog(path);
  if (log === undefined && (isOver || !follow)) throw noLog(trial);
  for (;;) {
    // Asked first, so that what the program prints before its trial ends is read below.
    const isLast = !follow || (await look(db, trial)).isOver;
    log ??= await openLog(path);
    if (log !== undefined) yield* toEnd(log);
    if (isLast) break;
    if (log !== undefined && (await isReplaced(log, path))) {
      await log.close();
      log = undefined;
    } else {
      await sleep(POLL_MS);
    }
  }
  await log?.close();
}

async function look(db: string, trial: number): Promise<{ readonly key: string; readonly isOver: boolean }> {
  const { key, state } = await withReader(db, (reader) => trialDetails(reader, trial));
  return { key, isOver: state !== 'running' && state !== 'queued' };
}

const openLog = (path: string): Promise<FileHandle | undefined> =>
  open(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });

/** From where the file was read to last. */
async function* toEnd(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

const CHUNK = 64 * 1024;

/** Whether a full log was moved away, so that another file has its name. */
async function isReplaced(file: FileHandle, path: string): Promise<boolean> {
  const now = await stat(path).catch(() => undefined);
  return now?.ino !== (await file.stat()).ino;
}

const noLog = (trial: number): InputError =>
  new InputError('NO_LOG', `there is no log of trial ${trial}`, {
    hint: 'Only the trials of a `program` have a log; `--fresh` removes the log of an earlier run.',
  });
