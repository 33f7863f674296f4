import { availableParallelism } from 'node:os';
import { InputError } from '../../core/errors.js';
import type { RangeTestListener } from '../../core/trainer/range-test.js';
import type { LrFind } from '../../core/results/lr-find.js';
import { resolveDevices } from '../../executor/hosts/devices.js';
import { threadsPerSlot } from '../../executor/hosts/host-environment.js';
import { openStore } from '../../store/store.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { parseSweep } from '../../sweep/parse.js';
import { readSweepFile } from '../../sweep/read-sweep-file.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { planSweep, type SweepSource } from '../planning/planned-sweep.js';
import { resultFolders } from '../result-folders.js';
import type { Surroundings } from '../surroundings.js';
import { tensorflowVersion } from '../tensorflow-version.js';
import { findLearningRates } from './find-learning-rates.js';
import { lrFindTasks } from './lr-finds.js';

export interface LrFindOptions {
  /** Path of the database. Created if it does not exist. */
  readonly db: string;
  /** Replaces the backbone of the file. */
  readonly backbone?: string | undefined;
  /** Default: those of the sweep file. */
  readonly devices?: readonly string[] | undefined;
  /** Pass on what TensorFlow prints. */
  readonly verbose: boolean;
}

export interface FoundRates {
  /** Of the sweep. */
  readonly name: string;
  /** One for each backbone. */
  readonly finds: readonly LrFind[];
}

/**
 * Finds the learning rate of each backbone of a sweep file, in the database or by a test.
 *
 * @returns `undefined` where the user interrupts
 * @throws {InputError} FOREIGN_TRAINER, NO_TRIALS, USAGE, and what `parseSweep` and `planSweep` throw
 * @throws {EnvironmentError} LR_FIND_FAILED, NO_TENSORFLOW
 */
export async function runLrFind(
  { file, overrides }: SweepSource,
  { db, backbone, devices: asked, verbose }: LrFindOptions,
  { progress, ...surroundings }: Surroundings & { readonly progress: RangeTestListener },
): Promise<FoundRates | undefined> {
  const { cacheDir } = resultFolders(db);
  const definition = parseSweep(await readSweepFile(file), { manifest: imageClassifier, overrides });
  // Before the dataset is looked at.
  if (definition.trainer.kind !== 'builtin') {
    throw new InputError('FOREIGN_TRAINER', `${file} has a trainer of its own`, {
      hint: 'The range test belongs to the built-in trainer: it trains with its models, losses and optimizers.',
    });
  }
  const sweep = await planSweep(backbone === undefined ? definition : onlyBackbone(definition, backbone), cacheDir);
  const tasks = lrFindTasks(sweep);
  if (tasks.length === 0) {
    throw new InputError('NO_TRIALS', `${definition.name} declares no trial: its exclude rules leave nothing`);
  }
  await tensorflowVersion();
  const devices = await resolveDevices(asked ?? [definition.devices].flat(), surroundings.environment);
  const threads = threadsPerSlot(devices, 1, availableParallelism());
  const store = await openStore(db, { now: surroundings.now });
  try {
    const listener: RangeTestListener = {
      ...progress,
      // Rates that are recorded need no warning.
      begin(backbones, maxSteps) {
        for (const warning of sweep.warnings) progress.say(warning);
        progress.begin(backbones, maxSteps);
      },
    };
    const options = { ...surroundings, store, devices, slots: 1, threads, cacheDir, verbose, progress: listener };
    const known = await findLearningRates(tasks, sweep, options);
    return known && { name: definition.name, finds: tasks.map(({ key }) => known.get(key)!) };
  } finally {
    await store.close();
  }
}

function onlyBackbone(definition: SweepDefinition, backbone: string): SweepDefinition {
  const choices = (imageClassifier.parameters['backbone']?.enum ?? []).map(String);
  if (!choices.includes(backbone)) {
    throw new InputError('USAGE', `there is no backbone "${backbone}"`, {
      hint: `It is one of ${choices.join(', ')}.`,
    });
  }
  const axes = definition.axes.filter(({ name }) => name !== 'backbone');
  return { ...definition, axes, fixed: { ...definition.fixed, backbone } };
}
