import type { StoredSweep } from '../../core/declaration.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { describeChanges } from '../../sweep/describe-changes.js';
import { parseSweep } from '../../sweep/parse.js';
import { SweepFileError } from '../../sweep/problem.js';
import { imageClassifier } from '../../trainer/manifest.js';
import type { PlannedSweep } from './planned-sweep.js';

/** How a sweep differs from its last declaration in the database, in words, a line each. */
export function changesSince(before: StoredSweep, { definition, dataset, trainer }: PlannedSweep): string[] {
  const earlier = earlierDefinition(before);
  const sameName = before.dataset === dataset?.name;
  return [
    ...(earlier ? describeChanges(earlier, definition) : ['the file, from one that this version does not understand']),
    ...(sameName && before.datasetFingerprint !== dataset?.fingerprint
      ? ['the dataset’s content: every trial is another one now']
      : []),
    ...(before.trainer === trainer.name && before.trainerVersion !== trainer.version
      ? ['the trainer: every trial is another one now']
      : []),
  ];
}

/** `undefined` where this version refuses what another version accepted: no reason not to run the file as it is now. */
function earlierDefinition({ definitionPath: file, definition: text }: StoredSweep): SweepDefinition | undefined {
  try {
    return parseSweep({ file, text }, { manifest: imageClassifier });
  } catch (error) {
    if (error instanceof SweepFileError) return undefined;
    throw error;
  }
}
