import { statSync } from 'node:fs';
import { EnvironmentError, InputError, SweepwrightError } from '../../../core/errors.js';
import { replaceFile } from '../../../platform/replace-file.js';
import { messageOf } from '../../store-errors.js';

/**
 * Lets `write` create a file under a temporary name, then renames it: the path never has an incomplete file, and after a
 * failure the earlier file is still there.
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
