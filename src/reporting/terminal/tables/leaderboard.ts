import type { ChalkInstance } from 'chalk';
import type { ParamValue } from '../../../core/parameters.js';
import { reaches } from '../../../core/objective.js';
import { pointNames, type Leaderboard, type TopTrial } from '../../../core/results/leaderboard.js';
import type { SweepStatus } from '../../../core/results/sweep-status.js';
import { printable } from '../../../core/printable.js';
import { formatCount, formatDuration, formatMetric } from '../../../core/format.js';
import { columnNotations, paramText } from './param-cells.js';
import { pointsTable } from './points-table.js';
import { drawTable, type TableCell, type TableColumn } from './table.js';

export interface LeaderboardOptions {
  /** Width of the terminal; `undefined`: nothing is cut. */
  readonly columns: number | undefined;
  readonly style: ChalkInstance;
}

/**
 * The best trials of a sweep as text: the sweep's progress, then a table of the trials with the parameters that differ between
 * them. For a sweep with several seeds or folds it is a table of points, with the mean and the spread of their trials.
 */
export function leaderboardText(leaderboard: Leaderboard, options: LeaderboardOptions): string {
  const { status, trials, varying, seedVaries, points } = leaderboard;
  const { columns, style } = options;
  if (trials.length === 0) return `${headline(status, style)}\n${style.dim(whyEmpty(status))}\n`;
  if (points) {
    return `${headline(status, style)}\n${pointsTable(points, status, { names: pointNames(varying), columns, style })}`;
  }
  const notations = columnNotations(trials, varying);
  const isTagged = trials.some(({ tags }) => tags.length > 0);
  const isNoted = trials.some(({ note }) => note !== undefined);
  const titles: TableColumn[] = [
    { title: 'rank', align: 'right' },
    { title: 'trial', align: 'right' },
    { title: status.metric, align: 'right' },
    { title: 'epoch', align: 'right' },
    { title: 'time', align: 'right' },
    ...varying.map((title): TableColumn => ({ title, align: alignOf(trials.map(({ params }) => params[title])) })),
    ...(seedVaries ? [{ title: 'seed', align: 'right' } as const] : []),
    ...(isTagged ? [{ title: 'tags' }] : []),
    ...(isNoted ? [{ title: 'note' }] : []),
  ];
  const row = (trial: TopTrial): TableCell[] => [
    trial.rank === undefined ? trial.state : placeOf(trial),
    String(trial.trial),
    objectiveCell(trial, status, style),
    trial.bestEpoch === undefined ? '-' : String(trial.bestEpoch),
    formatDuration(trial.seconds),
    ...varying.map((name) => paramText(trial.params[name], notations.get(name))),
    ...(seedVaries ? [String(trial.seed)] : []),
    ...(isTagged ? [trial.tags.join(', ')] : []),
    ...(isNoted ? [trial.note ?? ''] : []),
  ];
  return `${headline(status, style)}\n${drawTable(titles, trials.map(row), { columns, style })}`;
}

/** An earlier result of a trial that is trained again says so. */
const placeOf = ({ rank, state }: TopTrial): string =>
  state === 'superseded' ? `${String(rank)} (superseded)` : String(rank);

/** `quickstart  8/12 done  1 failed  val_macro_f1, maximize`. */
export function headline({ name, metric, goal, target, declared, counts }: SweepStatus, style: ChalkInstance): string {
  const { completed, stopped, failed, running, interrupted, paused } = counts;
  const parts = [
    `${formatCount(completed + stopped)}/${formatCount(declared ?? Infinity)} done`,
    ...(running > 0 ? [`${formatCount(running)} running`] : []),
    ...(interrupted > 0 ? [style.yellow(`${formatCount(interrupted)} interrupted`)] : []),
    ...(paused > 0 ? [style.yellow(`${formatCount(paused)} paused`)] : []),
    ...(failed > 0 ? [style.red(`${formatCount(failed)} failed`)] : []),
    style.dim(`${goal} ${printable(metric)}${target === undefined ? '' : ` to ${formatMetric(target)}`}`),
  ];
  return `${style.bold(printable(name))}  ${parts.join('  ')}`;
}

function whyEmpty({ metric, counts }: SweepStatus): string {
  const { completed, stopped, failed } = counts;
  if (completed + stopped > 0) return `no trial that has ended reported a number for ${metric}`;
  return failed > 0 ? 'every trial so far has failed; sweep sql "FROM failures" says why' : 'no trial has started yet';
}

function objectiveCell({ rank, objective }: TopTrial, { goal, target }: SweepStatus, style: ChalkInstance): TableCell {
  const text = formatMetric(objective);
  if (objective !== undefined && reaches({ goal, ...(target !== undefined && { target }) }, objective)) {
    return { text: `✓ ${text}`, paint: style.green };
  }
  return rank === 1 ? { text, paint: style.green } : text;
}

/** Numbers are aligned right, words left. */
const alignOf = (values: readonly (ParamValue | undefined)[]): 'left' | 'right' =>
  values.every((value) => value == null || typeof value === 'number') ? 'right' : 'left';
