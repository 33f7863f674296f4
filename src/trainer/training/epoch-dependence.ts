import type { Params } from '../../core/parameters.js';
import { imageClassifier } from '../manifest.js';
import { readScheduleSettings } from './parameters/schedule.js';
import { readParameters } from './parameters/reader.js';

/**
 * The reason, in words, why a trial's first epochs depend on its total number of epochs. `undefined` if they do not: a trial
 * with more epochs then begins with exactly the epochs of a shorter one, bit for bit.
 */
export function dependsOnEpochs(params: Params): string | undefined {
  const read = readParameters(params, imageClassifier.parameters);
  const { schedule } = readScheduleSettings(read);
  switch (schedule) {
    case 'cosine':
    case 'one_cycle':
      return `the rates of schedule: ${schedule} depend on the number of epochs`;
    case 'step':
      return read.optionalNumber('decay_epochs') === undefined
        ? 'schedule: step without decay_epochs decays after a third of all epochs'
        : undefined;
    case 'constant':
    case 'cosine_restarts':
    case 'exponential':
    case 'plateau':
      return undefined;
    default:
      return schedule satisfies never;
  }
}

/** The parameters that decide a trial's epochs: all of them, without `epochs` if the schedule does not depend on it. */
export function decisiveParams(params: Params): Params {
  if (dependsOnEpochs(params) !== undefined) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'epochs'));
}
