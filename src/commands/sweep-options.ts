import type { Options } from 'yargs';
import { InputError } from '../core/errors.js';
import { DEFAULT_DATABASE } from '../session/result-folders.js';

/** Flags of every command that trains. */
export interface SweepArgs {
  readonly db: string;
  readonly devices: readonly string[] | undefined;
  readonly slots: number | 'auto' | undefined;
  readonly threads: number | undefined;
  readonly maxTrials: number | undefined;
  readonly retryFailed: boolean;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** A sweep file, and what to change in it for now. */
export interface SweepFileArgs {
  readonly file: string;
  readonly set: readonly string[];
}

export type OptionTable = Readonly<Record<string, Options>>;

export const dbOption: OptionTable = {
  db: { string: true, requiresArg: true, default: DEFAULT_DATABASE, describe: 'Database of results' },
};

export const sweepFileOptions: OptionTable = {
  set: {
    array: true,
    string: true,
    requiresArg: true,
    default: [],
    describe: 'Replace what the file says: parameters.gamma.values=[0,2]',
  },
};

export const sweepOptions: OptionTable = {
  devices: {
    array: true,
    string: true,
    requiresArg: true,
    describe: 'Train on these: cpu:0, gpu:0, gpu:1, ... or auto; one twice gives two processes on it',
    coerce: (names: readonly string[] | undefined) => names?.flatMap((name) => name.split(',')).filter(Boolean),
  },
  slots: {
    string: true,
    requiresArg: true,
    describe: 'Trials at a time on each device, or auto: as many as train fastest',
    coerce: slotsFlag,
  },
  threads: {
    number: true,
    requiresArg: true,
    describe: 'Threads of TensorFlow for each slot; other bits come of another number [default: as the sweep began]',
    coerce: wholeNumber('--threads', 1),
  },
  'max-trials': {
    number: true,
    requiresArg: true,
    describe: 'Run at most this many trials now',
    coerce: wholeNumber('--max-trials', 0),
  },
  'retry-failed': { boolean: true, default: false, describe: 'Run trials again that have failed' },
  ...dbOption,
  yes: { alias: 'y', boolean: true, default: false, describe: 'Run however many trials there are' },
  quiet: { alias: 'q', boolean: true, default: false, describe: 'Print only what failed' },
  json: { boolean: true, default: false, describe: 'Print every event as a line of JSON' },
  verbose: { alias: 'v', boolean: true, default: false, describe: 'Also print what trainers and TensorFlow print' },
};

function slotsFlag(given: string | undefined): number | 'auto' | undefined {
  if (given === undefined || given === 'auto') return given;
  const slots = Number(given);
  if (Number.isSafeInteger(slots) && slots >= 1) return slots;
  throw new InputError('USAGE', '--slots takes a whole number from 1, or auto');
}

/** Checks a number flag. @throws {InputError} USAGE */
export function wholeNumber(flag: string, least: number): (value: number | undefined) => number | undefined {
  return (value) => {
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return value;
    throw new InputError('USAGE', `${flag} takes a whole number from ${least}`);
  };
}
