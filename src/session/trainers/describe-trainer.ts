import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { DeclaredInputs, TrainerDescription, TrialInputs } from '../../core/trainer/trainer-description.js';
import type { RunnableDefinition } from '../../sweep/definition.js';
import { fingerprintDataset } from '../../trainer/data/fingerprints/fingerprint-dataset.js';
import { imageClassifierDescription } from '../../trainer/planning/image-classifier-description.js';
import { readTrainerFiles, type TrainerFile } from './trainer-files.js';

type ModuleTrainer = Extract<RunnableDefinition['trainer'], { readonly kind: 'module' }>;

/**
 * Describes the built-in trainer, or the user's ES module, which is read but not loaded.
 *
 * @throws {InputError} TRAINER_NOT_FOUND, TRAINER_INVALID
 */
export function describeTrainer(trainer: RunnableDefinition['trainer']): Promise<TrainerDescription> {
  return trainer.kind === 'builtin' ? Promise.resolve(imageClassifierDescription) : describeModule(trainer);
}

/** The version of a trainer that is this module alone, which is also what earlier versions took of a module with imports. */
export const versionOfModule = (sha256: string): string => `sha256:${sha256.slice(0, 12)}`;

async function describeModule({ path, written }: ModuleTrainer): Promise<TrainerDescription> {
  const files = await readTrainerFiles(path);
  return {
    name: written,
    version: versionOf(files),
    files: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])),
    url: pathToFileURL(path).href,
    defaults: {},
    needsTensorflow: false,
    saysProgress: false,
    prepare: async ({ dataset }, { cacheDir }) => ({
      dataset: await identifyDataset(dataset, cacheDir),
      files: {},
      check: () => Promise.resolve({ notes: [], warnings: [] }),
    }),
  };
}

/**
 * A changed file is another trainer: results of the old one do not count for it. The path of the module does not matter. A
 * module without imports keeps the version that its own content gives, so that trials of earlier releases count.
 */
function versionOf(files: readonly TrainerFile[]): string {
  const [module, ...imported] = files;
  if (imported.length === 0) return versionOfModule(module!.sha256);
  const rest = imported.map(({ name, sha256 }) => `${name} ${sha256}`).sort();
  return versionOfModule(
    createHash('sha256')
      .update([module!.sha256, ...rest].join('\n'))
      .digest('hex'),
  );
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
