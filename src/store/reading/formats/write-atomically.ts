import { statSync } from 'node:fs';
import { EnvironmentError, InputError, SweepwrightError } from '../../../core/errors.js';
import { replaceFile } from '../../../platform/replace-file.js';
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
  try {
    await replaceFile(path, write);
  } catch (error) {
    if (error instanceof SweepwrightError) throw error;
    throw new EnvironmentError('OUTPUT_FAILED', `${path} could not be written: ${messageOf(error)}`, { cause: error });
  }
}
