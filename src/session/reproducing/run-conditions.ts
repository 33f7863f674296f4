import type { AttemptConditions } from '../../core/results/trial-details.js';

/** What decides about a trial's bits, beside the trial itself. */
export type RunConditions = Pick<
  AttemptConditions,
  'device' | 'threads' | 'microBatch' | 'cpu' | 'gpu' | 'tensorflow' | 'node' | 'trainerVersion' | 'datasetFingerprint'
>;

/** Each in words, and what it is. */
const CONDITIONS: readonly (readonly [string, (conditions: RunConditions) => string | number | undefined])[] = [
  ['TensorFlow', ({ tensorflow }) => tensorflow],
  ['threads of TensorFlow', ({ threads }) => threads],
  ['processor', ({ cpu }) => cpu],
  ['device', ({ device }) => device],
  ['GPU', ({ gpu }) => gpu],
  ['samples at a time', ({ microBatch }) => microBatch ?? 'a whole batch'],
  ['Node', ({ node }) => node],
  ['trainer', ({ trainerVersion }) => trainerVersion],
  ['content of the dataset', ({ datasetFingerprint }) => datasetFingerprint?.slice(0, 12)],
];

/**
 * In what two runs differ, a line for each condition.
 *
 * @param then - of the attempts that went into the recorded curve; more than one where it was interrupted or retried
 */
export function differingConditions(then: readonly RunConditions[], now: RunConditions): string[] {
  return CONDITIONS.flatMap(([what, valueOf]) => {
    const before = [...new Set(then.map(valueOf))].map((value) => value ?? 'not known');
    const after = valueOf(now) ?? 'not known';
    if (before.length > 1) return [`${what}: ${before.join(' and ')} in its attempts, ${after} now`];
    return before[0] === after ? [] : [`${what}: ${before[0]!} then, ${after} now`];
  });
}
