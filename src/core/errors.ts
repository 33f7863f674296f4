/** Root of every error this program throws on purpose; anything else is a bug. */
export abstract class SweepwrightError extends Error {
  /** Stable, upper-case name of the error. Code tests this and never the message. */
  abstract readonly code: string;
  /** What the user can do about it, in one or two sentences; shown below the message. */
  readonly hint: string | undefined;
  /** Exit status of the command line: 2 is bad input, 1 a job that could not be done. */
  readonly exitStatus: number = 1;

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** Something the user gave (a flag, a path, a dataset, a query) cannot be used as it is. */
export class InputError extends SweepwrightError {
  readonly code: string;
  override readonly exitStatus = 2;

  constructor(code: string, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The machine does not provide what the job needs (a library, a lock, disk space, permission). */
export class EnvironmentError extends SweepwrightError {
  readonly code: string;

  constructor(code: string, message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** A trial was asked for a move that its status does not allow: a bug in the caller. */
export class IllegalTransitionError extends SweepwrightError {
  readonly code = 'ILLEGAL_TRANSITION';

  constructor(from: string, by: string) {
    super(`a ${from} trial cannot take "${by}"`);
  }
}

/** An error as plain data, the only form in which one crosses a thread or a process. */
export interface SerializedError {
  readonly code: string;
  readonly message: string;
  readonly stack: string;
  /** What the user can do about it. */
  readonly hint?: string;
}

/** Turns a thrown value (an Error, a string, `undefined`) into data; `fallbackCode` where it has no code. */
export function serializeError(thrown: unknown, fallbackCode: string): SerializedError {
  if (!(thrown instanceof Error)) return { code: fallbackCode, message: `threw ${describe(thrown)}`, stack: '' };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : fallbackCode;
  const hint = 'hint' in thrown && typeof thrown.hint === 'string' && thrown.hint !== '' ? thrown.hint : undefined;
  return {
    code,
    message: thrown.message || thrown.name,
    stack: thrown.stack ?? '',
    ...(hint !== undefined && { hint }),
  };
}

/** Compile-time proof that a switch is complete; throws if a message from outside lies. */
export function unreachable(value: never): never {
  throw new TypeError(`unexpected ${JSON.stringify(value)}`);
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
