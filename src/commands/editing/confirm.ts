import { createInterface } from 'node:readline/promises';
import { InputError } from '../../core/errors.js';

/**
 * Asks a question on the terminal; only `y` and `yes` confirm.
 *
 * @throws {InputError} NOT_CONFIRMED without a terminal
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new InputError('NOT_CONFIRMED', 'there is no terminal to ask on, so nothing was deleted', {
      hint: '--yes deletes without a question.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
