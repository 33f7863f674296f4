import type { PositionalOptions } from 'yargs';
import { InputError } from '../../core/errors.js';
import { readTrialReference, type TrialReference } from '../../core/trial/trial-reference.js';

/** The argument of the commands that read one trial. */
export const trialArgument: PositionalOptions = {
  type: 'string',
  describe: 'Number of the trial; best: the best one of the sweep that ran last; SWEEP:best: of that sweep',
  coerce: (text: string | undefined): TrialReference | undefined => {
    if (text === undefined) return undefined;
    const reference = readTrialReference(text);
    if (reference !== undefined) return reference;
    throw new InputError('USAGE', `"${text}" names no trial`, {
      hint: 'Give its number, best for the best trial of the sweep that ran last, or SWEEP:best.',
    });
  },
};
