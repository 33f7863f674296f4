import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { CheckpointFile } from '../../core/trainer/training.js';
import { systemReason } from '../../platform/errno.js';

/** The checkpoints that a program has named, a line of JSON each. */
const LIST = 'checkpoints.jsonl';

interface SavedCheckpoint extends CheckpointFile {
  readonly epoch: number;
}

/**
 * Describes a checkpoint that a program has saved, once it is synced to disk.
 *
 * @param written - its path, relative to the trial's folder or absolute
 * @throws {InputError} REPORT_INVALID for what is no file directly in the trial's folder
 */
export async function describeCheckpoint(folder: string, written: string): Promise<CheckpointFile> {
  const path = resolve(folder, written);
  if (dirname(path) !== resolve(folder)) throw invalid(written, `is not a file directly in ${folder}`);
  const file = await open(path, 'r').catch((error: unknown) => {
    throw invalid(written, `cannot be read: ${systemReason(error)}`);
  });
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256');
    for await (const part of file.createReadStream({ autoClose: false })) hash.update(part as Buffer);
    await file.sync();
    return { file: path.slice(resolve(folder).length + 1), bytes: size, sha256: hash.digest('hex') };
  } catch (error) {
    throw invalid(written, `cannot be read: ${systemReason(error)}`);
  } finally {
    await file.close();
  }
}

/** Notes a checkpoint before its epoch is reported, for `lastCheckpoint`. */
export function noteCheckpoint(folder: string, checkpoint: SavedCheckpoint): void {
  appendFileSync(join(folder, LIST), `${JSON.stringify(checkpoint)}\n`);
}

/** The last checkpoint that is whole and of a recorded epoch; `undefined` if there is none. */
export async function lastCheckpoint(folder: string, recordedEpochs: number): Promise<SavedCheckpoint | undefined> {
  const known = readList(join(folder, LIST)).filter(({ epoch }) => epoch <= recordedEpochs);
  for (const saved of known.toReversed().sort((a, b) => b.epoch - a.epoch)) {
    const found = await describeCheckpoint(folder, saved.file).catch(() => undefined);
    if (found?.sha256 === saved.sha256) return saved;
  }
  return undefined;
}

function readList(path: string): SavedCheckpoint[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as SavedCheckpoint];
    } catch {
      // A line that a crash cut off; its epoch was never reported.
      return [];
    }
  });
}

const invalid = (written: string, why: string): InputError =>
  new InputError('REPORT_INVALID', `the checkpoint ${written} ${why}`, {
    hint: 'A checkpoint is a file in the folder that the program gets as its checkpoint folder.',
  });
