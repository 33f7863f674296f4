import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { InputError } from '../../core/errors.js';
import type { Params } from '../../core/parameters.js';
import type { TrialSpec } from '../../core/trial.js';
import type { StoredSweep } from '../../core/declaration.js';
import { requireRunnable, type RunnableDefinition, type SweepDefinition } from '../../sweep/definition.js';
import { isFound } from '../../core/space/distribution.js';
import { parseSweep } from '../../sweep/parse.js';
import { planTrials, type Plan } from '../../search/plan.js';
import { readSweepFile } from '../../sweep/read-sweep-file.js';
import type { Identity } from '../../search/trial-key.js';
import { checkDataset } from '../../trainer/data/datasets/check-dataset.js';
import { fingerprintDataset } from '../../trainer/data/fingerprints/fingerprint-dataset.js';
import { identifyImages } from '../../trainer/data/fingerprints/identify-images.js';
import type { TableReading } from '../../trainer/data/formats/table/table-reading.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { readDataSettings, readTableReading } from '../../trainer/training/parameters/data.js';
import { readParameters } from '../../trainer/training/parameters/reader.js';
import { checkPipelines } from './check-pipelines.js';
import { planWeights, weightNote } from './planned-weights.js';
import { weightsFolder } from '../weights/weights-folder.js';

/** A definition with everything around it that decides its trials: who trains, on what. */
export interface PlannedSweep {
  readonly definition: RunnableDefinition;
  readonly plan: Plan;
  /** What the keys of its trials are made of. */
  readonly identity: Identity;
  readonly trainer: {
    readonly name: string;
    readonly version: string;
    /** URL of the module that exports `train`. */
    readonly url: string;
    readonly defaults: Params;
  };
  readonly dataset: { readonly name: string; readonly fingerprint: string } | undefined;
  /** Absolute paths of the files that parameters name, as `TrainingContext.files` has them. */
  readonly files: Readonly<Record<string, string>>;
  /** What trials take from each of these files. */
  readonly notes: readonly string[];
}

/** Names of the parameters in which the trials of a sweep differ. */
export const varyingNames = ({ definition, plan }: PlannedSweep): string[] => [
  ...plan.axes.filter(({ size, distribution }) => size > 1 || isFound(distribution)).map(({ name }) => name),
  ...(definition.folds === undefined ? [] : ['fold']),
  ...(definition.seeds.length > 1 ? ['seed'] : []),
];

/** Reads, checks and plans a sweep file; `overrides` as `--set` takes them. Throws as `parseSweep` and `planSweep` do. */
export async function loadSweep(file: string, overrides: readonly string[], cacheDir: string): Promise<PlannedSweep> {
  const definition = parseSweep(await readSweepFile(file), { manifest: imageClassifier, overrides });
  return planSweep(definition, cacheDir);
}

/** Plans a sweep again from what the database has of it. Throws as `loadSweep` does. */
export async function replanSweep(stored: StoredSweep, cacheDir: string): Promise<PlannedSweep> {
  const source = { file: stored.definitionPath, text: stored.definition };
  return planSweep(parseSweep(source, { manifest: imageClassifier }), cacheDir);
}

/**
 * Looks at the dataset and at the trainer's file, without loading it, and lays out the trials.
 *
 * @throws {InputError} FOREIGN_PROGRAM, PARAMETER_INVALID, TRAINER_NOT_FOUND, DATASET_MISSING, DATASET_NOT_FOUND, DATASET_UNREADABLE, TOO_MANY_POINTS,
 *   and what `planWeights` throws
 */
export async function planSweep(declared: SweepDefinition, cacheDir: string): Promise<PlannedSweep> {
  const definition = requireRunnable(declared);
  if (definition.trainer.kind === 'builtin') checkPipelines(definition);
  const trainer = await findTrainer(definition);
  const dataset = await identifyDataset(definition, cacheDir);
  const weights =
    definition.trainer.kind === 'builtin'
      ? await planWeights(definition, { cacheDir, weightsDir: weightsFolder() })
      : undefined;
  const identity: Identity = {
    fingerprint: dataset?.fingerprint ?? '',
    trainerVersion: trainer.version,
    defaults: trainer.defaults,
    ...(weights && { file: { parameter: 'weights', contentOf: weights.contentOf } }),
  };
  const plan = planTrials(definition, identity);
  const looksAtImages = dataset && plan.size > 0 && definition.trainer.kind === 'builtin';
  const classes = looksAtImages ? await checkClasses(plan.enumeration.at(0), dataset.name) : 0;
  const { files = {}, inspected = [] } = weights ?? {};
  const notes = inspected.map((found) => weightNote(found, classes));
  return { definition, plan, identity, trainer, dataset, files, notes };
}

async function findTrainer({ trainer }: RunnableDefinition): Promise<PlannedSweep['trainer']> {
  if (trainer.kind === 'builtin') {
    const { name, parameters } = imageClassifier;
    const version = `${name}@${imageClassifier.version}`;
    const defaults = Object.entries(parameters).flatMap(([parameter, { default: value }]) =>
      value === undefined ? [] : [[parameter, value] as const],
    );
    const url = new URL('../../trainer/image-classifier.js', import.meta.url).href;
    return { name, version, url, defaults: Object.fromEntries(defaults) };
  }
  try {
    // Another text is another trainer, wherever it lies: its trials are not those that the old one ran.
    const version = `sha256:${createHash('sha256')
      .update(await readFile(trainer.path))
      .digest('hex')
      .slice(0, 12)}`;
    return { name: trainer.written, version, url: pathToFileURL(trainer.path).href, defaults: {} };
  } catch (cause) {
    throw new InputError('TRAINER_NOT_FOUND', `the trainer ${trainer.path} cannot be read`, {
      hint: '`trainer:` is the path of an ES module that exports `train`, from the sweep file’s folder.',
      cause,
    });
  }
}

async function identifyDataset(definition: RunnableDefinition, cacheDir: string): Promise<PlannedSweep['dataset']> {
  const { dataset, trainer } = definition;
  if (dataset === undefined) {
    if (trainer.kind !== 'builtin') return undefined;
    throw new InputError('DATASET_MISSING', 'the sweep file names no dataset', {
      hint: 'Add `dataset: ./photos`, a folder with one folder of images per class.',
    });
  }
  // A trainer of the user's own may mean anything by it, a table's name for instance: where nothing lies there, its name counts.
  if (trainer.kind === 'module' && !(await exists(dataset.path))) {
    return { name: dataset.written, fingerprint: createHash('sha256').update(dataset.written).digest('hex') };
  }
  const fingerprint =
    trainer.kind === 'builtin'
      ? await identifyImages(dataset.path, { cacheDir, reading: readingOf(definition) })
      : await fingerprintDataset(dataset.path, { cacheDir });
  return { name: dataset.path, fingerprint };
}

/** Which images a table names is the same for all trials: they share one dataset. */
function readingOf({ axes, fixed }: RunnableDefinition): TableReading {
  const varied = axes.find(({ name }) => name === 'image_column' || name === 'image_root');
  if (varied) {
    throw new InputError(
      'DATASET_VARIES',
      `${varied.name} varies, and with it the images that trials are compared on`,
      {
        hint: `Give ${varied.name} one value, and make a sweep of its own for another.`,
      },
    );
  }
  return readTableReading(readParameters(fixed, imageClassifier.parameters));
}

/** Every trial would fail on a dataset that cannot be split; its own warnings come with the first trial. */
async function checkClasses({ params, seed }: TrialSpec, path: string): Promise<number> {
  const read = readParameters(params, imageClassifier.parameters);
  const takesSeveral = read.string('loss') === 'sigmoid_focal';
  const settings = readDataSettings(read);
  const { length } = await checkDataset({ path, seed, ...settings, takesSeveral, warn: () => undefined });
  return length;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
