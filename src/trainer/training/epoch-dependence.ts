import type { Params } from '../../core/parameters.js';
import { imageClassifier } from '../manifest.js';
import { readScheduleSettings } from './parameters/schedule.js';
import { readParameters } from './parameters/reader.js';

/**
 * Why epochs of a trial of the image classifier are other ones where there are more or fewer of them, in words; `undefined` where
 * the first epochs of a longer trial are all those of a shorter one, to the last bit.
 */
export function dependsOnEpochs(params: Params): string | undefined {
  const read = readParameters(params, imageClassifier.parameters);
  const { schedule } = readScheduleSettings(read);
  switch (schedule) {
    case 'cosine':
    case 'one_cycle':
      return `the rates of schedule: ${schedule} follow from the number of epochs`;
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

/** What a trial's epochs follow from: its parameters, without the number of epochs where nothing depends on it. */
export function decisiveParams(params: Params): Params {
  if (dependsOnEpochs(params) !== undefined) return params;
  return Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'epochs'));
}
