import { isFound } from '../../core/space/distribution.js';
import type { InputFindings, TrainerDescription, TrialInputs } from '../../core/trainer/trainer-description.js';
import { firstTrials, planTrials, type Plan } from '../../search/plan.js';
import type { Identity } from '../../search/trial-key.js';
import type { StoredSweep } from '../../core/trial/declaration.js';
import { findSweep } from '../../store/reading/find-sweep.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { parseSweep } from '../../sweep/parse.js';
import { readSweepFile } from '../../sweep/read-sweep-file.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { resultFolders } from '../result-folders.js';
import { weightsFolder } from '../weights/weights-folder.js';
import { describeTrainer } from '../trainers/describe-trainer.js';

/** A definition with everything that determines its trials: the trainer, the dataset, the files. */
export interface PlannedSweep extends Pick<TrialInputs, 'dataset' | 'files'> {
  readonly definition: SweepDefinition;
  readonly plan: Plan;
  /** The parts of every trial's key that are common to the sweep. */
  readonly identity: Identity;
  readonly trainer: TrainerDescription;
  /** What trials use of each file that parameters name, a line each. */
  readonly fileNotes: readonly string[];
  /** Warnings about all trials: settings that may be unintended. */
  readonly warnings: readonly string[];
}

const NOTHING_FOUND: InputFindings = { notes: [], warnings: [] };

/** Where a sweep's definition comes from. */
export interface SweepSource {
  /** Path of the sweep file. */
  readonly file: string;
  /** Settings of the command line that replace the file's, as `--set` takes them. */
  readonly overrides: readonly string[];
}

/** Names of the parameters in which the trials of a sweep differ. */
export const varyingNames = ({ definition, plan }: PlannedSweep): string[] => [
  ...plan.axes.filter(({ size, distribution }) => size > 1 || isFound(distribution)).map(({ name }) => name),
  ...(definition.folds === undefined ? [] : ['fold']),
  ...(definition.seeds.length > 1 ? ['seed'] : []),
];

/**
 * Reads, checks and plans a sweep file. Throws as `parseSweep` and `planSweep` do.
 *
 * @param overrides - settings that replace the file's, as `--set` takes them
 * @param db - the database whose cache remembers fingerprints
 */
export async function loadSweep(file: string, overrides: readonly string[], db: string): Promise<PlannedSweep> {
  const definition = parseSweep(await readSweepFile(file), { manifest: imageClassifier, overrides });
  return planSweep(definition, resultFolders(db).cacheDir);
}

/**
 * Plans a sweep again as it was last declared in a database.
 *
 * @param name - default: the sweep that ran last
 * @throws as `findSweep` and `replanSweep` do
 */
export async function loadStoredSweep(
  db: string,
  name: string | undefined,
): Promise<{ readonly sweep: PlannedSweep; readonly source: SweepSource }> {
  const stored = await findSweep(db, name);
  const sweep = await replanSweep(stored, resultFolders(db).cacheDir);
  return { sweep, source: { file: stored.definitionPath, overrides: stored.overrides } };
}

/** Plans a sweep again from its record in the database, under its name there: it may have been renamed. Throws as `loadSweep` does. */
export async function replanSweep(stored: StoredSweep, cacheDir: string): Promise<PlannedSweep> {
  const source = { file: stored.definitionPath, text: stored.definition };
  const definition = parseSweep(source, { manifest: imageClassifier });
  return planSweep({ ...definition, name: stored.name }, cacheDir);
}

/**
 * Looks at the dataset and at the trainer's file, without loading it, and lays out the trials.
 *
 * @throws {InputError} TRAINER_NOT_FOUND, PROGRAM_NOT_FOUND, TRAINER_INVALID, TOO_MANY_POINTS, and what the trainer's `prepare` and `check` throw
 */
export async function planSweep(definition: SweepDefinition, cacheDir: string): Promise<PlannedSweep> {
  const trainer = await describeTrainer(definition);
  const { dataset, files, file, check } = await trainer.prepare(definition, { cacheDir, weightsDir: weightsFolder() });
  const identity: Identity = {
    fingerprint: dataset?.fingerprint ?? '',
    trainerVersion: trainer.version,
    defaults: trainer.defaults,
    ...(file && { file }),
  };
  const plan = planTrials(definition, identity);
  const [first] = firstTrials(plan, 1);
  const { notes: fileNotes, warnings } = first === undefined ? NOTHING_FOUND : await check(first);
  return { definition, plan, identity, trainer, dataset, files, fileNotes, warnings };
}
