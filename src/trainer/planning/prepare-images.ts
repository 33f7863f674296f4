import { InputError } from '../../core/errors.js';
import type { ParamValue } from '../../core/parameters.js';
import type {
  DeclaredInputs,
  DeclaredParameters,
  PlanningFolders,
  TrialInputs,
} from '../../core/trainer/trainer-description.js';
import type { TrialSpec } from '../../core/trial/trial.js';
import { readPipeline } from '../data/augmentation/read-pipeline.js';
import { checkDataset, type CheckedDataset } from '../data/datasets/check-dataset.js';
import { identifyImages } from '../data/fingerprints/identify-images.js';
import type { TableReading } from '../../core/trainer/table-reading.js';
import { imageClassifier } from '../manifest.js';
import { readDataSettings, readTableReading } from '../training/parameters/data.js';
import { readParameters } from '../training/parameters/reader.js';
import { planWeights, weightNotes } from './planned-weights.js';
import { randomWeightsWarnings } from './random-weights.js';

/**
 * Identifies the images and weights of a sweep by content, and checks that they fit its parameters.
 *
 * @throws {InputError} PARAMETER_INVALID, DATASET_MISSING, DATASET_VARIES, DATASET_NOT_FOUND, DATASET_UNREADABLE, and
 *   whatever `planWeights` throws; `check` throws what `checkDataset` throws
 */
export async function prepareImages(declared: DeclaredInputs, folders: PlanningFolders): Promise<TrialInputs> {
  checkPipelines(declared);
  const { path } = requireDataset(declared);
  const fingerprint = await identifyImages(path, { cacheDir: folders.cacheDir, reading: readingOf(declared) });
  const { files, contentOf, inspected } = await planWeights(declared, folders);
  return {
    dataset: { name: path, fingerprint },
    files,
    file: { parameter: 'weights', contentOf },
    check: async (first) => {
      const { classes, trainImages, warnings } = await checkImages(first, path);
      return {
        notes: inspected.flatMap((found) => weightNotes(found, classes)),
        warnings: [...warnings, ...randomWeightsWarnings(declared, trainImages)],
      };
    },
  };
}

/**
 * Reads every augmentation pipeline that a sweep declares, so that a mistake in any of them is found before the first trial.
 *
 * @throws {InputError} PARAMETER_INVALID
 */
export function checkPipelines({ axes, fixed }: DeclaredParameters): void {
  const axis = axes.find(({ name }) => name === 'augment')?.distribution;
  const values: readonly (ParamValue | undefined)[] = axis && 'values' in axis ? axis.values : [fixed['augment']];
  for (const value of values) if (isList(value)) readPipeline(value);
}

const isList = (value: ParamValue | undefined): value is readonly ParamValue[] => Array.isArray(value);

function requireDataset({ dataset }: DeclaredInputs): NonNullable<DeclaredInputs['dataset']> {
  if (dataset !== undefined) return dataset;
  throw new InputError('DATASET_MISSING', 'the sweep file names no dataset', {
    hint: 'Add `dataset: ./photos`, a folder with one folder of images per class.',
  });
}

/** Reads the table settings, which must be the same for all trials, so that they are compared on the same images. */
function readingOf({ axes, fixed }: DeclaredInputs): TableReading {
  const varied = axes.find(({ name }) => name === 'image_column' || name === 'image_root');
  if (varied) {
    throw new InputError(
      'DATASET_VARIES',
      `${varied.name} has several values, so trials would use different images and could not be compared`,
      { hint: `Give ${varied.name} one value. Write another sweep file for another value.` },
    );
  }
  return readTableReading(readParameters(fixed, imageClassifier.parameters));
}

/** Splits the dataset as the first trial does. */
function checkImages({ params, seed }: TrialSpec, path: string): Promise<CheckedDataset> {
  const read = readParameters(params, imageClassifier.parameters);
  const takesSeveral = read.string('loss') === 'sigmoid_focal';
  const settings = readDataSettings(read);
  return checkDataset({ path, seed, ...settings, takesSeveral });
}
