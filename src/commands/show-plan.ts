import { existsSync } from 'node:fs';
import chalk from 'chalk';
import type { Params } from '../core/parameters.js';
import type { TrialSpec } from '../core/trial.js';
import { formatCount, formatParams } from '../reporting/format.js';
import { connect } from '../store/connect.js';
import { cellText } from '../store/query-result.js';
import { describeDistribution } from '../sweep/describe-axis.js';
import { varyingNames, type PlannedSweep } from './planned-sweep.js';

export interface ShowPlanOptions {
  readonly db: string;
  readonly json: boolean;
}

/** Trials shown from either end of a plan. */
const ENDS = 3;

/** Prints what a sweep would run, and what of it the database has already. Loads no trainer and writes nothing. */
export async function showPlan(sweep: PlannedSweep, { db, json }: ShowPlanOptions): Promise<void> {
  const done = await countDone(sweep, db);
  process.stdout.write(json ? `${JSON.stringify(asJson(sweep, done), null, 2)}\n` : asText(sweep, done, db));
}

/** How many of the declared trials are finished in the database, whichever sweep ran them. */
async function countDone({ plan }: PlannedSweep, db: string): Promise<number> {
  if (!existsSync(db)) return 0;
  const reader = await connect(db);
  try {
    const finished = await reader.query(
      "select distinct trial_key, seed::double, params::varchar, position::double from trials where state in ('completed', 'stopped')",
    );
    const found = new Set<string>();
    for await (const rows of finished) {
      for (const [key, seed, params, position] of rows) {
        const place = plan.positionOf(JSON.parse(cellText(params)) as Params, Number(seed), Number(position));
        if (place !== undefined && plan.at(place).key === key) found.add(key);
      }
    }
    return found.size;
  } finally {
    await reader.close();
  }
}

function asJson({ definition, plan, trainer, dataset }: PlannedSweep, done: number): object {
  return {
    name: definition.name,
    method: definition.method,
    objective: definition.objective,
    trainer: { name: trainer.name, version: trainer.version },
    dataset: dataset ?? null,
    axes: plan.axes.map(({ name, distribution, size }) => ({ name, ...distribution, size: finite(size) })),
    fixed: definition.fixed,
    seeds: definition.seeds,
    points: finite(plan.points),
    excluded: plan.excluded,
    trials: finite(plan.size),
    done,
    ...ends(plan),
  };
}

/** JSON has no infinity. */
const finite = (count: number): number | null => (Number.isFinite(count) ? count : null);

function asText(sweep: PlannedSweep, done: number, db: string): string {
  const { definition, plan, trainer, dataset, notes } = sweep;
  const { objective, seeds, fixed } = definition;
  const excluded =
    plan.excluded > 0 ? `, ${formatCount(plan.excluded)} of ${formatCount(plan.points)} points excluded` : '';
  const rows = [
    ...plan.axes.map(({ name, distribution }) => [name, describeDistribution(distribution)] as const),
    ...(seeds.length > 1 ? [['seeds', seeds.join(', ')] as const] : []),
    ['fixed', formatParams(fixed, Object.keys(fixed)) || '-'],
    ['objective', `${objective.goal} ${objective.metric}`],
    ['trainer', trainer.name],
    ['dataset', dataset ? `${dataset.name} (${dataset.fingerprint.slice(0, 12)})` : '-'],
    ...notes.map((note) => ['weights', note] as const),
    ['done', `${formatCount(done)} of ${formatCount(plan.size)} in ${db}`],
  ] as const;
  const width = Math.max(...rows.map(([title]) => title.length));
  const { first, last } = ends(plan);
  const varying = varyingNames(sweep);
  const trial = ({ position, params, seed }: TrialSpec): string =>
    `${String(position + 1).padStart(String(plan.size).length)}  ${formatParams({ ...params, seed }, varying)}`;
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

/** The first and the last trials; all of them where they are few. */
function ends(plan: PlannedSweep['plan']): { readonly first: TrialSpec[]; readonly last: TrialSpec[] } {
  const range = (from: number, to: number): TrialSpec[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => plan.at(from + index));
  if (plan.size <= 2 * ENDS) return { first: range(0, plan.size), last: [] };
  return { first: range(0, ENDS), last: Number.isFinite(plan.size) ? range(plan.size - ENDS, plan.size) : [] };
}
