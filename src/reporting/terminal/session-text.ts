import chalk from 'chalk';
import type { SweepStanding } from '../../core/results/sweep-status.js';
import type { Summary } from '../../executor/executor.js';
import { formatCount, formatCounted, formatDuration } from '../format.js';
import type { SweepOutline } from './progress.js';
import type { StoredSweep } from '../../core/declaration.js';
import type { SweepHandle } from '../../store/sweep-handle.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { describeChanges } from '../../sweep/describe-changes.js';
import { parseSweep } from '../../sweep/parse.js';
import { SweepFileError } from '../../sweep/problem.js';
import { imageClassifier } from '../../trainer/manifest.js';
import type { PlannedSweep } from '../../session/planning/planned-sweep.js';

export interface Beginning {
  readonly sweep: PlannedSweep;
  readonly handle: SweepHandle;
  readonly standing: SweepStanding;
  readonly outline: SweepOutline;
  /** Members that are no longer declared. */
  readonly dropped: number;
  /** Trials that other sweeps have begun or finished, taken over. */
  readonly shared: number;
  /** Trials that go on from shorter ones. */
  readonly continued: number;
  readonly retryFailed: boolean;
  /** Everything is trained anew. */
  readonly fresh: boolean;
}

/** What to say before the first trial: what is new, what was done before, what has changed. */
export function announce(beginning: Beginning): string[] {
  const { sweep, handle, standing, outline, dropped, shared, continued, retryFailed, fresh } = beginning;
  const { definition, plan } = sweep;
  const notes = sweep.notes.map((note) => `  ${note}`);
  const taken = shared > 0 ? [`  ${formatCounted(shared, 'trial')} taken from other sweeps`] : [];
  const known = shared > 0 || continued > 0 ? [`  ${knownText(standing.finished, plan.size, continued)}`] : [];
  if (handle.change === 'new') {
    const size = `${formatCounted(plan.size, 'trial')}, ${formatCount(outline.slots)} at a time`;
    return [`${chalk.bold(definition.name)}: ${size}`, ...notes, ...taken, ...known];
  }
  const changes = handle.before ? changesSince(handle.before, sweep) : [];
  const failed =
    standing.failed > 0 && !retryFailed && !fresh
      ? [`${formatCount(standing.failed)} failed before and stay so; --retry-failed runs them again`]
      : [];
  return [
    fresh
      ? `${chalk.bold(definition.name)} starts anew: ${formatCounted(plan.size, 'trial')}`
      : `${chalk.bold(definition.name)} goes on: ${formatCount(standing.finished)} of ${formatCount(plan.size)} trials are done`,
    ...changes.map((change) => `  ${chalk.yellow('changed')} ${change}`),
    ...(dropped > 0
      ? [`  ${formatCounted(dropped, 'trial')} no longer declared: results stay, off the leaderboard`]
      : []),
    ...notes,
    ...taken,
    ...known,
    ...failed,
  ];
}

/** `37 of 120 known, 9 can be continued`. */
export function knownText(known: number, declared: number, continued: number): string {
  const more = continued > 0 ? `, ${formatCount(continued)} can be continued` : '';
  return `${formatCount(known)} of ${formatCount(declared)} known${more}`;
}

/** What is different from the last time, in words. */
function changesSince(before: StoredSweep, { definition, dataset, trainer }: PlannedSweep): string[] {
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

/** `undefined` where what another version took is an error today: no reason not to run the file as it is now. */
function earlierDefinition({ definitionPath: file, definition: text }: StoredSweep): SweepDefinition | undefined {
  try {
    return parseSweep({ file, text }, { manifest: imageClassifier });
  } catch (error) {
    if (error instanceof SweepFileError) return undefined;
    throw error;
  }
}

function howItEnded({ interrupted, timeUp }: Summary): string {
  if (interrupted) return chalk.yellow('Interrupted');
  return timeUp ? chalk.yellow('Out of time (max_time)') : 'Finished';
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
  const rest = summary.timeUp && !summary.interrupted ? ' `sweep resume` goes on.' : '';
  return `${howItEnded(summary)}: ${counts.join(', ')} in ${time}.${rest}`;
}
