import chalk from 'chalk';
import type { Summary } from '../executor/executor.js';
import { formatCount, formatDuration } from '../reporting/format.js';
import type { SweepOutline } from '../reporting/progress.js';
import type { StoredSweep } from '../store/declaration.js';
import type { SweepHandle, SweepStanding } from '../store/sweep-handle.js';
import { describeChanges } from '../sweep/describe-changes.js';
import { parseSweep } from '../sweep/parse.js';
import { imageClassifier } from '../trainer/manifest.js';
import type { PlannedSweep } from './planned-sweep.js';

export interface Beginning {
  readonly sweep: PlannedSweep;
  readonly handle: SweepHandle;
  readonly standing: SweepStanding;
  readonly outline: SweepOutline;
  /** Members that are no longer declared. */
  readonly dropped: number;
  /** Trials that other sweeps have begun or finished, taken over. */
  readonly shared: number;
  readonly retryFailed: boolean;
}

/** What to say before the first trial: what is new, what was done before, what has changed. */
export function announce({ sweep, handle, standing, outline, dropped, shared, retryFailed }: Beginning): string[] {
  const { definition, plan } = sweep;
  const taken = shared > 0 ? [`  ${trials(shared)} taken from other sweeps`] : [];
  if (handle.change === 'new') {
    const size = `${trials(plan.size)}, ${formatCount(outline.slots)} at a time`;
    return [`${chalk.bold(definition.name)}: ${size}`, ...taken];
  }
  const changes = handle.before ? changesSince(handle.before, sweep) : [];
  const failed =
    standing.failed > 0 && !retryFailed
      ? [`${formatCount(standing.failed)} failed before and stay so; --retry-failed runs them again`]
      : [];
  return [
    `${chalk.bold(definition.name)} goes on: ${formatCount(standing.finished)} of ${formatCount(plan.size)} trials are done`,
    ...changes.map((change) => `  ${chalk.yellow('changed')} ${change}`),
    ...(dropped > 0 ? [`  ${trials(dropped)} no longer declared: results stay, off the leaderboard`] : []),
    ...taken,
    ...failed,
  ];
}

/** What is different from the last time, in words. */
function changesSince(before: StoredSweep, { definition, dataset, trainer }: PlannedSweep): string[] {
  const changes = describeChanges(
    parseSweep({ file: before.definitionPath, text: before.definition }, { manifest: imageClassifier }),
    definition,
  );
  const sameName = before.dataset === dataset?.name;
  return [
    ...changes,
    ...(sameName && before.datasetFingerprint !== dataset?.fingerprint
      ? ['the dataset’s content: every trial is another one now']
      : []),
    ...(before.trainer === trainer.name && before.trainerVersion !== trainer.version
      ? ['the trainer: every trial is another one now']
      : []),
  ];
}

/** One line on how a session ended. */
export function conclusion(summary: Summary, outline: SweepOutline, now: number): string {
  const { completed, stopped, failed, paused } = summary;
  const counts = [
    `${formatCount(completed + stopped)} done`,
    ...(failed > 0 ? [chalk.red(`${formatCount(failed)} failed`)] : []),
    ...(paused > 0 ? [`${formatCount(paused)} paused`] : []),
  ];
  const time = formatDuration((now - outline.startedAt) / 1000);
  return `${summary.interrupted ? chalk.yellow('Interrupted') : 'Finished'}: ${counts.join(', ')} in ${time}.`;
}

const trials = (count: number): string => `${formatCount(count)} ${count === 1 ? 'trial' : 'trials'}`;
