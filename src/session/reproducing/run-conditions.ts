import type { AttemptConditions } from '../../core/results/trial-details.js';

/** The conditions of a run that its results depend on to the last bit, besides the trial itself. */
export type RunConditions = Pick<
  AttemptConditions,
  'device' | 'threads' | 'microBatch' | 'cpu' | 'gpu' | 'tensorflow' | 'node' | 'trainerVersion' | 'datasetFingerprint'
>;

/** Each condition's name and value. */
const CONDITIONS: readonly (readonly [string, (conditions: RunConditions) => string | number | undefined])[] = [
  ['TensorFlow', ({ tensorflow }) => tensorflow],
  ['threads of TensorFlow', ({ threads }) => threads],
  ['processor', ({ cpu }) => cpu],
  ['device', ({ device }) => device],
  ['GPU', ({ gpu }) => gpu],
  ['micro-batch', ({ microBatch }) => microBatch ?? 'a whole batch'],
  ['Node', ({ node }) => node],
  ['trainer', ({ trainerVersion }) => trainerVersion],
  ['content of the dataset', ({ datasetFingerprint }) => datasetFingerprint?.slice(0, 12)],
];

/**
 * A line for each condition in which two runs differ.
 *
 * @param then - conditions of the attempts that make up the recorded curve; several if the trial was interrupted or retried
 */
export function differingConditions(then: readonly RunConditions[], now: RunConditions): string[] {
  return CONDITIONS.flatMap(([what, valueOf]) => {
    const before = [...new Set(then.map(valueOf))].map((value) => value ?? 'unknown');
    const after = valueOf(now) ?? 'unknown';
    if (before.length > 1) return [`${what}: ${before.join(' and ')} in its attempts, ${after} now`];
    return before[0] === after ? [] : [`${what}: ${before[0]!} then, ${after} now`];
  });
}
