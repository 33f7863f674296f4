import { existsSync } from 'node:fs';
import chalk from 'chalk';
import type { LrFind } from '../../core/results/lr-find.js';
import type { Reader } from '../../core/results/reader.js';
import type { Params } from '../../core/parameters.js';
import type { TrialSpec } from '../../core/trial.js';
import { formatCount, formatCounted, formatParam, formatParams } from '../format.js';
import { connect } from '../../store/reading/connect.js';
import { knownLrFinds } from '../../store/reading/queries/lr-finds.js';
import { describeDistribution } from '../../core/space/describe-distribution.js';
import type { SharedFeatures } from '../../trainer/training/features/shared-features.js';
import { RANGE_STEPS } from '../../trainer/training/lr-find/range-test.js';
import { aroundFound, centreOf, findsRates, lrFindTasks } from '../../session/range-tests/lr-finds.js';
import { NOTHING_DONE, planStanding, type PlanStanding } from '../../session/planning/plan-standing.js';
import { featuresLines, plannedFeatures } from '../../session/planning/planned-features.js';
import { varyingNames, type PlannedSweep } from '../../session/planning/planned-sweep.js';
import { knownText } from './session-text.js';

export interface ShowPlanOptions {
  readonly db: string;
  readonly json: boolean;
}

/** Trials shown from either end of a plan. */
const ENDS = 3;

/** Prints what a sweep would run, and what of it the database has already. Loads no trainer and writes nothing. */
export async function showPlan(planned: PlannedSweep, { db, json }: ShowPlanOptions): Promise<void> {
  const reader = existsSync(db) ? await connect(db) : undefined;
  try {
    const { sweep, found } = await foundSoFar(planned, reader);
    const standing = reader ? await planStanding(sweep, reader) : NOTHING_DONE;
    const circumstances = { standing, db, found, features: plannedFeatures(sweep) };
    const text = json ? `${JSON.stringify(asJson(sweep, circumstances), null, 2)}\n` : asText(sweep, circumstances);
    process.stdout.write(text);
  } finally {
    await reader?.close();
  }
}

/** By backbone what its learning rates are around: null where that is to be found first. */
type FoundSoFar = Readonly<Record<string, number | null>>;

async function foundSoFar(
  sweep: PlannedSweep,
  reader: Reader | undefined,
): Promise<{ readonly sweep: PlannedSweep; readonly found: FoundSoFar }> {
  if (!findsRates(sweep)) return { sweep, found: {} };
  const tasks = lrFindTasks(sweep);
  const keys = tasks.map(({ key }) => key);
  const finds = reader ? await knownLrFinds(reader, keys) : new Map<string, LrFind>();
  const found = tasks.map(
    ({ key, backbone }) => [backbone, finds.has(key) ? centreOf(finds.get(key)!) : null] as const,
  );
  return { sweep: aroundFound(sweep, tasks, finds), found: Object.fromEntries(found) };
}

function asJson(sweep: PlannedSweep, { standing, found, features }: Circumstances): object {
  const { definition, plan, trainer, dataset } = sweep;
  return {
    name: definition.name,
    method: definition.method,
    objective: definition.objective,
    trainer: { name: trainer.name, version: trainer.version },
    dataset: dataset ?? null,
    axes: plan.axes.map(({ name, distribution, size }) => ({ name, ...distribution, size: finite(size) })),
    ...(Object.keys(found).length > 0 && { found }),
    fixed: definition.fixed,
    seeds: definition.seeds,
    points: finite(plan.points),
    excluded: plan.excluded,
    trials: finite(plan.size),
    done: standing.done,
    continued: standing.continued,
    notContinued: Object.fromEntries(standing.refused),
    features,
    ...ends(plan),
  };
}

/** JSON has no infinity. */
const finite = (count: number): number | null => (Number.isFinite(count) ? count : null);

interface Circumstances {
  readonly standing: PlanStanding;
  readonly db: string;
  readonly found: FoundSoFar;
  readonly features: readonly SharedFeatures[];
}

function asText(sweep: PlannedSweep, { standing, db, found, features }: Circumstances): string {
  const { definition, plan, trainer, dataset, notes } = sweep;
  const { objective, seeds, fixed } = definition;
  const excluded =
    plan.excluded > 0 ? `, ${formatCount(plan.excluded)} of ${formatCount(plan.points)} points excluded` : '';
  const rows = [
    ...plan.axes.map(({ name, distribution }) => [name, describeDistribution(distribution)] as const),
    ...Object.entries(found).map(([backbone, rate]) => ['found', foundText(backbone, rate)] as const),
    ...(seeds.length > 1 ? [['seeds', seeds.join(', ')] as const] : []),
    ['fixed', formatParams(fixed, Object.keys(fixed)) || '-'],
    ['objective', `${objective.goal} ${objective.metric}`],
    ['trainer', trainer.name],
    ['dataset', dataset ? `${dataset.name} (${dataset.fingerprint.slice(0, 12)})` : '-'],
    ...notes.map((note) => ['weights', note] as const),
    ...featuresLines(features, sweep).map((line) => ['features', line] as const),
    ['database', `${knownText(standing.done, plan.size, standing.continued)} (${db})`],
    ...[...standing.refused].map(([reason, count]) => ['anew', `${formatCounted(count, 'trial')}: ${reason}`] as const),
  ] as const;
  const width = Math.max(...rows.map(([title]) => title.length));
  const { first, last } = ends(plan);
  const varying = varyingNames(sweep);
  const trial = ({ position, params, seed }: TrialSpec): string =>
    `${String(position + 1).padStart(String(plan.size).length)}  ${formatParams({ ...known(params), seed }, varying)}`;
  return [
    `${chalk.bold(definition.name)}  ${definition.method}, ${formatCount(plan.size)} trials${excluded}`,
    ...(definition.description ? [chalk.dim(definition.description)] : []),
    '',
    ...rows.map(([title, text]) => `${chalk.dim(title.padEnd(width))}  ${text}`),
    '',
    ...first.map(trial),
    ...(plan.size > first.length + last.length ? [chalk.dim('...')] : []),
    ...last.map(trial),
    '',
  ].join('\n');
}

const foundText = (backbone: string, rate: number | null): string =>
  rate === null
    ? `${backbone}: in a test of up to ${RANGE_STEPS} steps, before the first trial`
    : `${backbone}: ${formatParam(rate)}`;

/** What is to be found is null until then. */
const known = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value ?? '?']));

/** The first and the last trials; all of them where they are few. */
function ends(plan: PlannedSweep['plan']): { readonly first: TrialSpec[]; readonly last: TrialSpec[] } {
  const range = (from: number, to: number): TrialSpec[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => plan.enumeration.at(from + index));
  if (plan.size <= 2 * ENDS) return { first: range(0, plan.size), last: [] };
  return { first: range(0, ENDS), last: Number.isFinite(plan.size) ? range(plan.size - ENDS, plan.size) : [] };
}
