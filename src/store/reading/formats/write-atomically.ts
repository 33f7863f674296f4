import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError, InputError, SweepwrightError } from '../../../core/errors.js';
import { messageOf } from '../../store-errors.js';

/**
 * Lets `write` make a file under another name and puts it in place when it is whole: nobody ever sees half of it, and a
 * failure leaves what was there before.
 *
 * @throws {EnvironmentError} OUTPUT_FAILED
 */
export async function writeAtomically(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InputError('OUTPUT_FAILED', `${path} is a folder`, { hint: 'Name a file with -o.' });
  }
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    await write(draft);
    const file = openSync(draft, 'r+');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    if (error instanceof SweepwrightError) throw error;
    throw new EnvironmentError('OUTPUT_FAILED', `${path} could not be written: ${messageOf(error)}`, { cause: error });
  }
}
