import { inspect } from 'node:util';
import { serializeError, type SerializedError } from '../../core/errors.js';

/**
 * What a user's code threw, as data that is safe to send and to store: it may be anything (nothing at all, a gigabyte, an
 * object that throws when looked at), the result is short and plain. Without a code of its own it is `TRAINER_THREW`.
 */
export function describeThrown(thrown: unknown): SerializedError {
  try {
    const error = thrown instanceof Error ? thrown : new NotAnError(thrown);
    const { code, message, stack, hint } = serializeError(error, 'TRAINER_THREW');
    return {
      ...{ code: clip(code, 100), message: clip(message, 4_000), stack: clip(stack, 16_000) },
      ...(hint !== undefined && { hint: clip(hint, 1_000) }),
    };
  } catch {
    return { code: 'TRAINER_THREW', message: 'threw something that cannot be described', stack: '' };
  }
}

/**
 * A stranger's text, or as much of it as fits into `length` characters, with a note of how much is missing. Where it comes
 * from, JavaScript has not checked that it is text at all.
 */
export function clip(text: unknown, length: number): string {
  const whole = String(text);
  return whole.length <= length ? whole : `${whole.slice(0, length)}… (${whole.length - length} more characters)`;
}

class NotAnError extends Error {
  constructor(thrown: unknown) {
    super(`threw ${inspect(thrown, { depth: 2, maxArrayLength: 20, maxStringLength: 1_000, breakLength: Infinity })}`);
    // The place where the value was noticed says nothing about the place where it was thrown.
    this.stack = '';
  }
}
