import type { Fold } from '../../data/splits/split-images.js';
import type { TableReading } from '../../../core/trainer/table-reading.js';
import { parameterInvalid, type ParameterGroup, type ParameterReader } from './reader.js';

/** How the dataset is read, and which images are used for training and for validation. */
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
      'Column of a CSV or Parquet dataset with each image path, or an id (the file name without extension). Default: the column with a common name (image, path, filename, file, ..., then id).',
    type: 'string',
  },
  label_column: {
    description:
      'Column with the class of each image. Default: the column with a common name (label, class, category, ...).',
    type: 'string',
  },
  image_root: {
    description:
      "Folder that the image paths of a table start from, relative to the table's folder. Default: the table's folder.",
    type: 'string',
  },
  label_separator: {
    description:
      'Separator between the labels of an image with several labels, such as " " or "|". Such a dataset needs loss: sigmoid_focal. Default: one label per image.',
    type: 'string',
  },
  group_column: {
    description:
      'Column that groups images, e.g. by patient: all images of a group go to training, or all to validation. Default: no groups.',
    type: 'string',
  },
  split_column: {
    description:
      'Column with the split of each image: train, or val, valid, validation or test for validation. Default: split by class.',
    type: 'string',
  },
  folds: {
    description:
      'Cross-validation: split the images into this many folds, stratified by class, and run every point once per fold. Default: no folds, hold out validation_split.',
    type: 'integer',
    minimum: 2,
    maximum: 100,
  },
  fold: {
    description: 'Index of the fold used for validation, from 0. Default: one trial per fold.',
    type: 'integer',
    minimum: 0,
    maximum: 99,
  },
  validation_split: {
    description: 'Share of each class held out for validation, if the dataset has no split of its own.',
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    default: 0.2,
  },
  train_samples: {
    description:
      'Maximum number of training images, drawn at random so that the classes keep their proportions. Default: all.',
    type: 'integer',
    minimum: 1,
  },
  validation_samples: {
    description:
      'Maximum number of validation images, drawn at random so that the classes keep their proportions. Default: all.',
    type: 'integer',
    minimum: 1,
  },
  max_corrupt: {
    description:
      'Maximum number of images that cannot be decoded. They are skipped and reported; more than this fail the trial.',
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

/** How a CSV or Parquet table is read: its columns, the folder of its images, the separator of its labels. */
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
  if (count === undefined) throw parameterInvalid('fold', index!, 'Set "folds", the number of folds, too.');
  if (index === undefined) throw parameterInvalid('folds', count, 'Set "fold", the fold used for validation, too.');
  if (index >= count) throw parameterInvalid('fold', index, `With ${count} folds, fold goes from 0 to ${count - 1}.`);
  return { count, index };
}
