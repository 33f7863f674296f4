/** Why an attempt at a trial failed; each kind has a rule of its own for what happens next. */
export const FAILURE_KINDS = ['oom', 'diverged', 'hung', 'crashed', 'data', 'code', 'disk', 'killed'] as const;

/** In the stack of an error, the line before the last lines that a trainer's process, or a program that it started, printed. */
export const OUTPUT_TITLE = 'The process printed last:';

/**
 * - `oom`: the device or the machine ran out of memory
 * - `diverged`: the loss is not a number any more
 * - `hung`: no step for much longer than steps take
 * - `crashed`: the host process died under it
 * - `data`: the dataset cannot be used
 * - `code`: the trainer threw
 * - `disk`: no space, or no permission to write
 * - `killed`: a time limit, or a signal from outside, ended it
 */
export type FailureKind = (typeof FAILURE_KINDS)[number];
