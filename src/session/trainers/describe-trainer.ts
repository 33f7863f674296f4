import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { DeclaredInputs, TrainerDescription, TrialInputs } from '../../core/trainer/trainer-description.js';
import { describeProgram } from '../../programs/describe-program.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { fingerprintDataset } from '../../trainer/data/fingerprints/fingerprint-dataset.js';
import { imageClassifierDescription } from '../../trainer/planning/image-classifier-description.js';
import { readTrainerFiles, type TrainerFile } from './trainer-files.js';

/**
 * Describes the trainer of a sweep: the built-in one, the user's ES module, which is read but not loaded, or the user's program.
 *
 * @throws {InputError} TRAINER_NOT_FOUND, TRAINER_INVALID, PROGRAM_NOT_FOUND, NO_GIT_COMMIT
 */
export async function describeTrainer({
  trainer,
  folder,
  objective,
}: Pick<SweepDefinition, 'trainer' | 'folder' | 'objective'>): Promise<TrainerDescription> {
  switch (trainer.kind) {
    case 'builtin':
      return imageClassifierDescription;
    case 'module':
      return { ...OWN_TRAINER, ...(await describeModule(trainer)) };
    case 'program': {
      const place = { folder, objective: objective.metric, environment: process.env };
      return { ...OWN_TRAINER, ...(await describeProgram(trainer, place)) };
    }
  }
}

/** Properties that all trainers of users share. */
const OWN_TRAINER = {
  defaults: {},
  needsTensorflow: false,
  saysProgress: false,
  prepare: async ({ dataset }, { cacheDir }) => ({
    dataset: await identifyDataset(dataset, cacheDir),
    files: {},
    check: () => Promise.resolve({ notes: [], warnings: [] }),
  }),
} as const satisfies Partial<TrainerDescription>;

/** The version of a trainer without imports. Earlier releases used it for every module. */
export const versionOfModule = (sha256: string): string => `sha256:${sha256.slice(0, 12)}`;

type ModuleTrainer = Extract<SweepDefinition['trainer'], { readonly kind: 'module' }>;

async function describeModule({
  path,
  written,
}: ModuleTrainer): Promise<Pick<TrainerDescription, 'name' | 'version' | 'files' | 'url'>> {
  const files = await readTrainerFiles(path);
  return {
    name: written,
    version: versionOf(files),
    files: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])),
    url: pathToFileURL(path).href,
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
