import type { ChalkInstance } from 'chalk';
import type { Params } from '../../../core/parameters.js';
import type { PlanDescription } from '../../../core/reports/plan-description.js';
import { printable } from '../../../core/printable.js';
import type { TrialSpec } from '../../../core/trial/trial.js';
import { describeDistribution, numbersOf } from '../../../core/space/describe-distribution.js';
import {
  formatCount,
  formatCounted,
  formatParam,
  formatParams,
  notationOf,
  type Notation,
} from '../../../core/format.js';
import { featuresLines } from './features-text.js';
import { knownText } from './session-text.js';

/** What a sweep would run as text; `db` is the database that was looked at. */
export function planText(plan: PlanDescription, { db, style }: { db: string; style: ChalkInstance }): string {
  const { name, description, method, excluded, trials, points, varying, isListed, first, last } = plan;
  const without = excluded > 0 ? `, ${formatCount(excluded)} of ${formatCounted(points, 'point')} excluded` : '';
  const notation = planNotation(plan);
  const rows = settings(plan, { db, notation });
  const width = Math.max(...rows.map(([title]) => title.length));
  const trial = ({ position, params, seed, origin }: TrialSpec): string => {
    const place = String(position + 1).padStart(String(trials).length);
    const why = isListed || origin === undefined ? '' : `  ${style.dim(origin)}`;
    return `${place}  ${formatParams({ ...known(params), seed }, varying, notation)}${why}`;
  };
  const rest = isListed ? '...' : 'Each further trial follows from the results before it.';
  return [
    `${style.bold(name)}  ${method}, ${formatCounted(trials, 'trial')}${without}`,
    ...(description ? [style.dim(description)] : []),
    '',
    ...rows.map(([title, text]) => `${style.dim(title.padEnd(width))}  ${text}`),
    '',
    ...first.map(trial),
    ...(trials > first.length + last.length ? [style.dim(rest)] : []),
    ...last.map(trial),
    '',
  ].join('\n');
}

type Row = readonly [title: string, text: string];

/** One notation for the whole screen, so that a trial's numbers look as those of its axis do. */
const planNotation = ({ axes, fixed, first, last }: PlanDescription): Notation =>
  notationOf([
    ...axes.flatMap(({ distribution }) => numbersOf(distribution)),
    ...[fixed, ...[...first, ...last].map(({ params }) => params)].flatMap((params) => Object.values(params)),
  ]);

function settings(
  plan: PlanDescription,
  { db, notation }: { readonly db: string; readonly notation: Notation },
): readonly Row[] {
  const { axes, found, rangeTestSteps, seeds, fixed, defaults, objective, confirm, trainer, dataset } = plan;
  const { trials, standing, notes, fileNotes, changes, warnings, command, earlyTermination } = plan;
  return [
    ...axes.map(({ name, distribution }): Row => [name, describeDistribution(distribution, notation)]),
    ...Object.entries(found).map(([backbone, rate]): Row => ['found', foundText(backbone, rate, rangeTestSteps)]),
    ...(seeds.length > 1 ? [['seeds', seeds.join(', ')] as const] : []),
    ['fixed', formatParams(fixed, Object.keys(fixed), notation) || '-'],
    ...defaultsLines(defaults, notation).map((line, index): Row => [index === 0 ? 'defaults' : '', line]),
    ['objective', `${objective.goal} ${objective.metric}`],
    ...(earlyTermination === undefined ? [] : [['stopping', earlyTermination] as const]),
    ...(confirm === undefined ? [] : [['confirm', confirmText(confirm)] as const]),
    ['trainer', trainer.name],
    ...(command === undefined ? [] : [['command', command] as const]),
    ['dataset', dataset ? `${dataset.name} (${dataset.fingerprint.slice(0, 12)})` : '-'],
    ...fileNotes.map((note): Row => ['weights', printable(note)]),
    ...notes.map((note): Row => ['note', printable(note)]),
    ...featuresLines(plan).map((line): Row => ['features', line]),
    ['database', `${knownText(standing.done, trials, standing.continued)} (${db})`],
    ...[...standing.refused].map(([reason, count]): Row => ['anew', `${formatCounted(count, 'trial')}: ${reason}`]),
    ...changes.map((change): Row => ['changed', printable(change)]),
    ...warnings.map((warning): Row => ['warning', printable(warning)]),
  ];
}

/** Characters of a line of defaults; one line of all would be too long for a terminal. */
const DEFAULTS_WIDTH = 90;

function defaultsLines(defaults: Params, notation: Notation): string[] {
  const lines: string[] = [];
  for (const name of Object.keys(defaults)) {
    const text = formatParams(defaults, [name], notation);
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length >= DEFAULTS_WIDTH) lines.push(text);
    else lines[lines.length - 1] = `${last} ${text}`;
  }
  return lines;
}

const confirmText = ({ top, seeds, trials }: NonNullable<PlanDescription['confirm']>): string =>
  `the best ${formatCounted(top, 'point')} again, each with ${formatCounted(seeds, 'new seed')}: ${formatCount(trials)} more trials`;

const foundText = (backbone: string, rate: number | null, steps: number): string =>
  rate === null
    ? `${backbone}: in a range test of up to ${steps} steps, before the first trial`
    : `${backbone}: ${formatParam(rate)}`;

/** A learning rate that is still to be found is null. */
const known = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value ?? '?']));

/** A plan for programs: what `sweep plan --json` prints. */
export function planJson(plan: PlanDescription): object {
  const { found, standing, features, dataset } = plan;
  return {
    name: plan.name,
    method: plan.method,
    objective: plan.objective,
    trainer: plan.trainer,
    dataset: dataset ?? null,
    axes: plan.axes.map(({ name, distribution, size }) => ({ name, ...distribution, size: finite(size) })),
    ...(Object.keys(found).length > 0 && { found }),
    fixed: plan.fixed,
    defaults: plan.defaults,
    seeds: plan.seeds,
    points: finite(plan.points),
    excluded: plan.excluded,
    trials: finite(plan.trials),
    ...(plan.earlyTermination !== undefined && { earlyTermination: plan.earlyTermination }),
    ...(plan.confirm && { confirm: plan.confirm }),
    done: standing.done,
    continued: standing.continued,
    notContinued: Object.fromEntries(standing.refused),
    features: features?.shared ?? [],
    listed: plan.isListed,
    notes: [...plan.notes, ...plan.fileNotes],
    changes: plan.changes,
    warnings: plan.warnings,
    ...(plan.command !== undefined && { command: plan.command }),
    first: plan.first,
    last: plan.last,
  };
}

/** JSON has no infinity. */
const finite = (count: number): number | null => (Number.isFinite(count) ? count : null);
