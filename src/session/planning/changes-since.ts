import type { StoredSweep } from '../../core/trial/declaration.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { describeChanges } from '../../sweep/describe-changes.js';
import { parseSweep } from '../../sweep/parse.js';
import { SweepFileError } from '../../sweep/problem.js';
import type { TrainerDescription } from '../../core/trainer/trainer-description.js';
import { imageClassifier } from '../../trainer/manifest.js';
import { versionOfModule } from '../trainers/describe-trainer.js';
import type { PlannedSweep } from './planned-sweep.js';

/** Lines of text about how a sweep differs from its last declaration in the database. */
export function changesSince(before: StoredSweep, { definition, dataset, trainer }: PlannedSweep): string[] {
  const earlier = earlierDefinition(before);
  const sameName = before.dataset === dataset?.name;
  return [
    ...(earlier
      ? describeChanges(earlier, definition)
      : ['the file; this version does not understand the earlier one']),
    ...(sameName && before.datasetFingerprint !== dataset?.fingerprint
      ? ['the dataset’s content: every trial is a new one']
      : []),
    ...(before.trainer === trainer.name && before.trainerVersion !== trainer.version
      ? [`the trainer${changedFiles(before, trainer)}: every trial is a new one`]
      : []),
  ];
}

/** Which files of a trainer have changed: ` (model.mjs)`. Earlier versions recorded no files, and looked only at the module. */
function changedFiles(before: StoredSweep, { files }: TrainerDescription): string {
  if (files === undefined) return '';
  const names = Object.keys(files);
  if (before.trainerFiles === undefined) {
    const isSameModule = before.trainerVersion === versionOfModule(files[names[0]!]!);
    return isSameModule ? `, which now includes the files that it imports (${names.slice(1).join(', ')})` : '';
  }
  const earlier = before.trainerFiles;
  const changed = [
    ...names.filter((name) => earlier[name] !== undefined && earlier[name] !== files[name]),
    ...names.filter((name) => earlier[name] === undefined).map((name) => `${name} is new`),
    ...Object.keys(earlier)
      .filter((name) => files[name] === undefined)
      .map((name) => `${name} is gone`),
  ];
  return ` (${changed.join(', ')})`;
}

/** `undefined` if this version refuses a file that another version accepted: the current file can still run. */
function earlierDefinition({ definitionPath: file, definition: text }: StoredSweep): SweepDefinition | undefined {
  try {
    return parseSweep({ file, text }, { manifest: imageClassifier });
  } catch (error) {
    if (error instanceof SweepFileError) return undefined;
    throw error;
  }
}
