import { InputError } from '../../core/errors.js';
import type { DeclaredInputs, PlanningFolders, TrialInputs } from '../../core/trainer-description.js';
import type { TrialSpec } from '../../core/trial.js';
import { checkDataset } from '../data/datasets/check-dataset.js';
import { identifyImages } from '../data/fingerprints/identify-images.js';
import type { TableReading } from '../../core/table-reading.js';
import { imageClassifier } from '../manifest.js';
import { readDataSettings, readTableReading } from '../training/parameters/data.js';
import { readParameters } from '../training/parameters/reader.js';
import { checkPipelines } from './check-pipelines.js';
import { planWeights, weightNotes } from './planned-weights.js';

/**
 * Identifies the images and the weights of a sweep, and checks that they fit its parameters.
 *
 * @throws {InputError} PARAMETER_INVALID, DATASET_MISSING, DATASET_VARIES, DATASET_NOT_FOUND, DATASET_UNREADABLE, and what
 *   `planWeights` throws; `check`: what `checkDataset` throws
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
      const classes = await countClasses(first, path);
      return inspected.flatMap((found) => weightNotes(found, classes));
    },
  };
}

function requireDataset({ dataset }: DeclaredInputs): NonNullable<DeclaredInputs['dataset']> {
  if (dataset !== undefined) return dataset;
  throw new InputError('DATASET_MISSING', 'the sweep file names no dataset', {
    hint: 'Add `dataset: ./photos`, a folder with one folder of images per class.',
  });
}

/** All trials of a sweep read the same images of a table: they are compared on one dataset. */
function readingOf({ axes, fixed }: DeclaredInputs): TableReading {
  const varied = axes.find(({ name }) => name === 'image_column' || name === 'image_root');
  if (varied) {
    throw new InputError(
      'DATASET_VARIES',
      `${varied.name} varies, and with it the images that trials are compared on`,
      { hint: `Give ${varied.name} one value, and write another sweep file for another value.` },
    );
  }
  return readTableReading(readParameters(fixed, imageClassifier.parameters));
}

/** Splits the dataset as the first trial does. Warnings are left to the trial, which repeats them. */
async function countClasses({ params, seed }: TrialSpec, path: string): Promise<number> {
  const read = readParameters(params, imageClassifier.parameters);
  const takesSeveral = read.string('loss') === 'sigmoid_focal';
  const settings = readDataSettings(read);
  const { length } = await checkDataset({ path, seed, ...settings, takesSeveral, warn: () => undefined });
  return length;
}
