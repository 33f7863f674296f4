import { inspect } from 'node:util';
import { serializeError, type SerializedError } from '../../core/errors.js';

/**
 * Describes a value thrown by a user's code as short, plain data that is safe to send and to store. The value may be anything:
 * undefined, a gigabyte of text, an object whose getters throw. An error without a code gets `TRAINER_THREW`.
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
 * Cuts text from a trainer to `length` characters, with a note of how many are missing. Accepts any value, because plain
 * JavaScript does not check the type that a trainer passes.
 */
export function clip(text: unknown, length: number): string {
  const whole = String(text);
  return whole.length <= length ? whole : `${whole.slice(0, length)}… (${whole.length - length} more characters)`;
}

class NotAnError extends Error {
  constructor(thrown: unknown) {
    super(`threw ${inspect(thrown, { depth: 2, maxArrayLength: 20, maxStringLength: 1_000, breakLength: Infinity })}`);
    // This stack would show where the value was caught, not where it was thrown.
    this.stack = '';
  }
}
