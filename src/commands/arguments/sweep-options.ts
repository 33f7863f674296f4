import type { Options } from 'yargs';
import { InputError } from '../../core/errors.js';
import { DEFAULT_DATABASE } from '../../session/result-folders.js';

/** Flags of the commands that train. */
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

/** A sweep file and settings that replace the file's. */
export interface SweepFileArgs {
  readonly file: string;
  readonly set: readonly string[];
}

export type OptionTable = Readonly<Record<string, Options>>;

export const dbOption: OptionTable = {
  db: { string: true, requiresArg: true, default: DEFAULT_DATABASE, describe: 'Database of results' },
};

/** Of the commands that print one result. */
export const jsonOption: OptionTable = {
  json: { boolean: true, default: false, describe: 'Print the result as JSON' },
};

export const sweepFileOptions: OptionTable = {
  set: {
    array: true,
    string: true,
    requiresArg: true,
    default: [],
    describe: 'Replace a setting of the file: parameters.gamma.values=[0,2]',
  },
};

export const sweepOptions: OptionTable = {
  devices: {
    array: true,
    string: true,
    requiresArg: true,
    describe:
      'Devices to train on: cpu:0, gpu:0, gpu:1, ... or auto; a device named twice gets two processes [default: as in the last session]',
    coerce: (names: readonly string[] | undefined) => names?.flatMap((name) => name.split(',')).filter(Boolean),
  },
  slots: {
    string: true,
    requiresArg: true,
    describe: 'Trials at a time on each device, or auto for the fastest number [default: as in the last session]',
    coerce: slotsFlag,
  },
  threads: {
    number: true,
    requiresArg: true,
    describe:
      'TensorFlow threads for each slot; changing it changes results in the last bits [default: as the sweep began]',
    coerce: wholeNumber('--threads', 1),
  },
  'max-trials': {
    number: true,
    requiresArg: true,
    describe: 'Run at most this many trials in this session',
    coerce: wholeNumber('--max-trials', 0),
  },
  'retry-failed': { boolean: true, default: false, describe: 'Run failed trials again' },
  ...dbOption,
  yes: {
    alias: 'y',
    boolean: true,
    default: false,
    describe: 'Run a sweep of more than 10,000 trials without --max-trials',
  },
  quiet: { alias: 'q', boolean: true, default: false, describe: 'Print only failed trials' },
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
