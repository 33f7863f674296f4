import type { ParameterGroup, ParameterReader } from './reader.js';

/** Which images train and which validate. */
export interface DataSettings {
  readonly validationSplit: number;
  readonly trainSamples: number | undefined;
  readonly validationSamples: number | undefined;
  readonly maxCorrupt: number;
}

export const dataParameters: ParameterGroup = {
  validation_split: {
    description: 'Share of each class that is held out for validation, where the dataset does not come split.',
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.2,
  },
  train_samples: {
    description: "Train on at most so many images, drawn evenly over the classes' own shares. Default: all.",
    type: 'integer',
    minimum: 1,
  },
  validation_samples: {
    description: "Validate on at most so many images, drawn evenly over the classes' own shares. Default: all.",
    type: 'integer',
    minimum: 1,
  },
  max_corrupt: {
    description: 'Images that cannot be decoded are skipped and reported; more than this many fail the trial.',
    type: 'integer',
    minimum: 0,
    default: 100,
  },
};

export function readDataSettings(read: ParameterReader): DataSettings {
  return {
    validationSplit: read.number('validation_split'),
    trainSamples: read.optionalNumber('train_samples'),
    validationSamples: read.optionalNumber('validation_samples'),
    maxCorrupt: read.number('max_corrupt'),
  };
}
