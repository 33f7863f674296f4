import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { InputError } from '../../core/errors.js';
import type { DeclaredInputs, TrainerDescription, TrialInputs } from '../../core/trainer/trainer-description.js';
import type { RunnableDefinition } from '../../sweep/definition.js';
import { fingerprintDataset } from '../../trainer/data/fingerprints/fingerprint-dataset.js';
import { imageClassifierDescription } from '../../trainer/planning/image-classifier-description.js';

type ModuleTrainer = Extract<RunnableDefinition['trainer'], { readonly kind: 'module' }>;

/**
 * Describes the built-in trainer, or the user's ES module, which is read but not loaded.
 *
 * @throws {InputError} TRAINER_NOT_FOUND
 */
export function describeTrainer(trainer: RunnableDefinition['trainer']): Promise<TrainerDescription> {
  return trainer.kind === 'builtin' ? Promise.resolve(imageClassifierDescription) : describeModule(trainer);
}

async function describeModule({ path, written }: ModuleTrainer): Promise<TrainerDescription> {
  const text = await readFile(path).catch((cause: unknown) => {
    throw new InputError('TRAINER_NOT_FOUND', `the trainer ${path} cannot be read`, {
      hint: '`trainer:` is the path of an ES module that exports `train`, from the sweep file’s folder.',
      cause,
    });
  });
  return {
    name: written,
    // A changed module is another trainer: results of the old one do not count for it. Its path does not matter.
    version: `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 12)}`,
    url: pathToFileURL(path).href,
    defaults: {},
    needsTensorflow: false,
    saysProgress: false,
    prepare: async ({ dataset }, { cacheDir }) => ({
      dataset: await identifyDataset(dataset, cacheDir),
      files: {},
      check: () => Promise.resolve([]),
    }),
  };
}

/** A user's trainer may read anything, for example a database table. If there is no file of that name, the name identifies the dataset. */
async function identifyDataset(dataset: DeclaredInputs['dataset'], cacheDir: string): Promise<TrialInputs['dataset']> {
  if (dataset === undefined) return undefined;
  const { path, written } = dataset;
  if (await exists(path)) return { name: path, fingerprint: await fingerprintDataset(path, { cacheDir }) };
  return { name: written, fingerprint: createHash('sha256').update(written).digest('hex') };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
