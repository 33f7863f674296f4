import type { Fold } from '../../data/splits/split-images.js';
import type { TableReading } from '../../../core/table-reading.js';
import { parameterInvalid, type ParameterGroup, type ParameterReader } from './reader.js';

/** Which images train and which validate. */
export interface DataSettings {
  readonly reading: TableReading;
  readonly fold: Fold | undefined;
  readonly validationSplit: number;
  readonly trainSamples: number | undefined;
  readonly validationSamples: number | undefined;
  readonly maxCorrupt: number;
}

export const dataParameters: ParameterGroup = {
  image_column: {
    description:
      'Column of a CSV or Parquet dataset with the path of each image, or its id: the file name without ending. Default: the one with a usual name (image, path, filename, file, ..., else id).',
    type: 'string',
  },
  label_column: {
    description:
      'Column with the class of each image. Default: the one with a usual name (label, class, category, ...).',
    type: 'string',
  },
  image_root: {
    description: "Folder where the paths of a table start, relative to the table's own. Default: the table's own.",
    type: 'string',
  },
  label_separator: {
    description:
      'What stands between the labels of an image that can have several, such as " " or "|". Such a dataset needs loss: sigmoid_focal. Default: one label each.',
    type: 'string',
  },
  group_column: {
    description:
      'Column of a table whose value keeps images together: those of one patient, say, all train or all validate. Default: none.',
    type: 'string',
  },
  split_column: {
    description:
      'Column of a table that says which images train (train) and which validate (val, valid, validation, or test). Default: images are split by their classes.',
    type: 'string',
  },
  folds: {
    description:
      'Cross-validation: divide the images into so many parts, stratified by class, and try every point once with each of them held out. Default: hold out validation_split.',
    type: 'integer',
    minimum: 2,
    maximum: 100,
  },
  fold: {
    description: 'Which of the folds validates, from 0. Default: each in a trial of its own.',
    type: 'integer',
    minimum: 0,
    maximum: 99,
  },
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
    reading: readTableReading(read),
    fold: readFold(read),
    validationSplit: read.number('validation_split'),
    trainSamples: read.optionalNumber('train_samples'),
    validationSamples: read.optionalNumber('validation_samples'),
    maxCorrupt: read.number('max_corrupt'),
  };
}

/** How a table is to be read. */
export function readTableReading(read: ParameterReader): TableReading {
  return {
    imageColumn: read.optionalString('image_column'),
    labelColumn: read.optionalString('label_column'),
    imageRoot: read.optionalString('image_root'),
    labelSeparator: read.optionalString('label_separator'),
    groupColumn: read.optionalString('group_column'),
    splitColumn: read.optionalString('split_column'),
  };
}

function readFold(read: ParameterReader): Fold | undefined {
  const count = read.optionalNumber('folds');
  const index = read.optionalNumber('fold');
  if (count === undefined && index === undefined) return undefined;
  if (count === undefined) throw parameterInvalid('fold', index!, 'Say with "folds" how many there are.');
  if (index === undefined) throw parameterInvalid('folds', count, 'Say with "fold" which of them validates.');
  if (index >= count) throw parameterInvalid('fold', index, `Of ${count} folds the last is ${count - 1}.`);
  return { count, index };
}
