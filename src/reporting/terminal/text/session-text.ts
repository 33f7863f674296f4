import type { ChalkInstance } from 'chalk';
import type { SweepBeginning, SweepOutline, SweepSummary } from '../../../core/trial/sweep-session.js';
import { formatCount, formatCounted, formatDuration } from '../../../core/format.js';
import { printable } from '../../../core/printable.js';

/** The lines before the first trial: new and finished trials, changes of the file, warnings. */
export function announce(beginning: SweepBeginning, style: ChalkInstance): string[] {
  const { outline, declared, changes, notes, warnings, finished, dropped, shared, continued } = beginning;
  const taken = shared > 0 ? [`${formatCounted(shared, 'trial')} taken from other sweeps`] : [];
  const known = shared > 0 || continued > 0 ? [knownText(finished, declared, continued)] : [];
  const gone =
    dropped > 0 ? [`${formatCounted(dropped, 'trial')} no longer declared: results stay, off the leaderboard`] : [];
  const details = [
    ...changes.map((change) => `${style.yellow('changed')} ${change}`),
    ...gone,
    ...notes.files,
    ...taken,
    ...known,
  ];
  return [
    `${style.bold(outline.name)}${headline(beginning)}`,
    ...details.map(indented),
    ...failedBefore(beginning),
    ...earlierResults(beginning),
    ...notes.conditions.map(indented),
    ...warnings.map((warning) => `${style.yellow('!')} ${printable(warning)}`),
  ];
}

const indented = (line: string): string => `  ${line}`;

function headline({ outline, declared, isNew, fresh, finished }: SweepBeginning): string {
  if (isNew) return `: ${formatCounted(declared, 'trial')}, ${formatCount(outline.slots)} at a time`;
  if (fresh) return ` starts anew: ${formatCounted(declared, 'trial')}`;
  return ` goes on: ${formatCount(finished)} of ${formatCounted(declared, 'trial')} ${declared === 1 ? 'is' : 'are'} done`;
}

function failedBefore({ isNew, failed, retryFailed, fresh }: SweepBeginning): string[] {
  if (isNew || failed === 0 || retryFailed || fresh) return [];
  return [`${formatCount(failed)} failed before; --retry-failed runs them again`];
}

function earlierResults({ fresh, finished }: SweepBeginning): string[] {
  if (!fresh || finished === 0) return [];
  return [
    `  ${formatCounted(finished, 'earlier result')} ${finished === 1 ? 'stays' : 'stay'} on the leaderboard, as superseded, until the new trials have ended`,
  ];
}

/** `37 of 120 known, 9 can be continued`. */
export function knownText(known: number, declared: number, continued: number): string {
  const more = continued > 0 ? `, ${formatCount(continued)} can be continued` : '';
  return `${formatCount(known)} of ${formatCount(declared)} known${more}`;
}

export interface ConclusionOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly style: ChalkInstance;
  /** The command that continues the sweep. */
  readonly resume: string;
  /** Declared trials that have not been run, for example because of --max-trials. */
  readonly waiting: number;
}

/** One line about how a session ended; one more on how to continue a sweep that was cut short. */
export function conclusion(
  summary: SweepSummary,
  { startedAt }: Pick<SweepOutline, 'startedAt'>,
  { now, style, resume, waiting }: ConclusionOptions,
): string {
  const { completed, stopped, failed, paused, interrupted, timeUp } = summary;
  const counts = [
    `${formatCount(completed + stopped)} done`,
    ...(failed > 0 ? [style.red(`${formatCount(failed)} failed`)] : []),
    ...(paused > 0 ? [`${formatCount(paused)} paused`] : []),
  ];
  const time = formatDuration((now - startedAt) / 1000);
  const left = waiting > 0 && !interrupted && !timeUp ? `${formatCounted(waiting, 'trial')} left. ` : '';
  const rest = timeUp || interrupted || left !== '' ? `\n${left}Continue with: ${resume}` : '';
  return `${howItEnded(summary, style)}: ${counts.join(', ')} in ${time}.${rest}`;
}

function howItEnded({ interrupted, timeUp }: SweepSummary, style: ChalkInstance): string {
  if (interrupted) return style.yellow('Interrupted');
  return timeUp ? style.yellow('Out of time (max_time)') : 'Finished';
}
