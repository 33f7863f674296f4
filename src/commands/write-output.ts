import { writeFile } from 'node:fs/promises';
import { InputError } from '../core/errors.js';
import { isExisting } from '../platform/errno.js';

/**
 * Writes a file that a flag names.
 *
 * @param flag - `wx` refuses to replace a file. Default: `w`
 * @throws {InputError} FILE_EXISTS, FILE_UNWRITABLE
 */
export async function writeOutput(path: string, content: string | Buffer, flag: 'w' | 'wx' = 'w'): Promise<void> {
  try {
    await writeFile(path, content, { flag });
  } catch (cause) {
    if (isExisting(cause)) {
      throw new InputError('FILE_EXISTS', `${path} already exists`, {
        hint: 'Choose another name, or move this file.',
        cause,
      });
    }
    throw new InputError('FILE_UNWRITABLE', `${path} cannot be written`, {
      hint: 'Choose a folder that exists and that you may write to.',
      cause,
    });
  }
}
