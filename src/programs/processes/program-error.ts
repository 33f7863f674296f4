import { constants } from 'node:os';
import { SweepwrightError } from '../../core/errors.js';
import { OUTPUT_TITLE } from '../../core/trial/failure.js';
import type { ProgramExit } from './process-tree.js';

/** A program that failed. */
export class ProgramError extends SweepwrightError {
  readonly code: string;

  /** @param output - the last lines that the program printed: they take the place of a stack */
  constructor(
    code: string,
    message: string,
    { output, hint }: { readonly output: readonly string[]; readonly hint?: string },
  ) {
    super(message, hint === undefined ? {} : { hint });
    this.code = code;
    this.stack = output.length === 0 ? '' : [OUTPUT_TITLE, ...output].join('\n');
  }
}

export interface FailedProgram {
  /** For messages: `train.py`. */
  readonly name: string;
  readonly exit: ProgramExit;
  /** The last lines that it printed. */
  readonly output: readonly string[];
  /** Whether the system killed processes for want of memory while it ran. */
  readonly systemOutOfMemory: boolean;
}

/** Why a program failed; `undefined` if it ended with status 0. */
export function explainExit({ name, exit, output, systemOutOfMemory }: FailedProgram): ProgramError | undefined {
  if (exit.cause === 'not-started') {
    return new ProgramError('PROGRAM_NOT_STARTED', `${name} cannot be started: ${exit.error.message}`, { output });
  }
  if (exit.cause === 'status' && exit.status === 0) return undefined;
  const signal = exit.cause === 'signal' ? exit.signal : signalOf(exit.status);
  const how =
    exit.cause === 'signal'
      ? `${name} was ended by ${exit.signal}`
      : `${name} ended with status ${exit.status}${signal === undefined ? '' : ` (${signal})`}`;
  const lastWords = exceptionIn(output) ?? output.findLast((line) => line.trim() !== '' && !/^\s*\{/.test(line));
  const message = lastWords === undefined ? how : `${lastWords.trim()} (${how})`;
  const hint = output.some((line) => WANDB_MISSING.test(line)) ? WANDB_HINT : undefined;
  return new ProgramError(codeOf(output, signal, systemOutOfMemory), message, { output, ...(hint && { hint }) });
}

function codeOf(output: readonly string[], signal: string | undefined, systemOutOfMemory: boolean): string {
  if (signal === 'SIGKILL' && systemOutOfMemory) return 'PROGRAM_OUT_OF_MEMORY';
  if (output.some((line) => OUT_OF_MEMORY.test(line))) return 'PROGRAM_OUT_OF_MEMORY';
  if (output.some((line) => DISK_FULL.test(line))) return 'ENOSPC';
  return signal === undefined ? 'PROGRAM_FAILED' : 'PROGRAM_CRASHED';
}

/** What PyTorch, JAX, TensorFlow, CUDA's libraries, Python and Node print when a device or the machine has no memory left. */
const OUT_OF_MEMORY =
  /(?:CUDA|HIP|MPS backend) out of memory|OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|RESOURCE_EXHAUSTED|OOM when allocating|CU(?:DNN|BLAS|FFT|SOLVER)_STATUS_ALLOC_FAILED|^MemoryError\b|std::bad_alloc|JavaScript heap out of memory/;

/** What Python and W&B's module print where the module or an account is missing. */
const WANDB_MISSING = /No module named '?wandb|wandb.*(?:api_key not configured|No API key|wandb login)/;
const WANDB_HINT =
  'With `reporter: wandb` in the sweep file (--set reporter=wandb) a script that calls wandb runs without W&B; see docs/programs.md.';

const DISK_FULL = /\bENOSPC\b|\[Errno 28\]|No space left on device/;

/** The line with the exception at the end of Python's last traceback. */
function exceptionIn(output: readonly string[]): string | undefined {
  const start = output.findLastIndex((line) => line.trimStart().startsWith('Traceback (most recent call last)'));
  if (start < 0) return undefined;
  return output.slice(start + 1).find((line) => /^[A-Za-z_]/.test(line));
}

/** The signal that a shell's status stands for: 137 for SIGKILL. */
function signalOf(status: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
}
