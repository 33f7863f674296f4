import type { StoredSweep } from '../../core/trial/declaration.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { describeChanges } from '../../sweep/describe-changes.js';
import { parseSweep } from '../../sweep/parse.js';
import { SweepFileError } from '../../sweep/problem.js';
import { imageClassifier } from '../../trainer/manifest.js';
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
      ? ['the trainer: every trial is a new one']
      : []),
  ];
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
