import { formatParam } from '../../core/format.js';
import { intervalOf } from '../../core/numerics/student-t.js';
import { isBetter, type Objective } from '../../core/objective.js';
import { canonicalJson, type Params, type ParamValue } from '../../core/parameters.js';
import type { EffectGroup, Explanation, ParameterEffect } from '../../core/reports/explanation.js';
import { isFound, type Axis } from '../../core/space/distribution.js';
import { failureSpots } from './failure-spots.js';
import { fanova } from './fanova.js';
import { featureOf } from './feature.js';

/** A trial as far as it explains anything. */
export interface ExplainedTrial {
  readonly params: Params;
  readonly failed: boolean;
  /** Best value; `undefined` for a trial that has not finished or has none. */
  readonly objective: number | undefined;
  readonly seconds: number;
}

/** Explains a sweep by its trials, which name every varied parameter. */
export function explain(
  trials: readonly ExplainedTrial[],
  { axes, objective, seed }: { readonly axes: readonly Axis[]; readonly objective: Objective; readonly seed: number },
): Omit<Explanation, 'sweep' | 'objective'> {
  const finished = trials.filter((trial): trial is Measured => trial.objective !== undefined);
  const varied = axes.filter(
    ({ name }) => new Set(trials.map(({ params }) => canonicalJson(params[name] ?? null))).size > 1,
  );
  const recent = finished.slice(-MAX_TRIALS);
  const { single, pairs } =
    recent.length < MIN_TRIALS
      ? { single: [], pairs: [] }
      : fanova(
          varied.map((axis) => featureOfAxis(axis, recent)),
          recent.map((trial) => trial.objective),
          seed,
        );
  const ranked = varied.map((axis, index) => ({ axis, share: single[index] ?? 0 })).sort((a, b) => b.share - a.share);
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  return {
    trials: finished.length,
    failed: trials.filter(({ failed }) => failed).length,
    seconds,
    importance: single.length === 0 ? [] : ranked.map(({ axis, share }) => ({ name: axis.name, share })),
    interactions: pairs
      .filter(({ share }) => share >= MIN_SHARE)
      .map(({ features: [a, b], share }) => ({ names: [varied[a]!.name, varied[b]!.name], share })),
    effects: ranked.map(({ axis }) => effectOf(axis, trials, { objective, seconds })),
    failures: failureSpots(
      trials,
      varied.filter(({ name }) => valuesOf(name, trials).length <= MAX_GROUPS).map(({ name }) => name),
    ),
  };
}

type Measured = ExplainedTrial & { readonly objective: number };

/** With fewer trials a forest finds patterns where there are none. */
const MIN_TRIALS = 10;
/** The newest trials of a longer sweep: more do not change the shares, and take their time. */
const MAX_TRIALS = 2_000;
const MIN_SHARE = 0.01;
/** Values that are shown one by one; more of them are shown as ranges. */
const MAX_GROUPS = 8;

/** Rates that a test has found differ by backbone: they are compared on a log scale over the tried range. */
function featureOfAxis({ name, distribution }: Axis, trials: readonly Measured[]): ReturnType<typeof featureOf> {
  const values = trials.map(({ params }) => params[name] ?? null);
  if (!isFound(distribution)) return featureOf(distribution, values);
  const numbers = values.filter((value) => typeof value === 'number');
  return featureOf({ kind: 'log_uniform_values', min: Math.min(...numbers), max: Math.max(...numbers) }, values);
}

function effectOf(
  { name }: Axis,
  trials: readonly ExplainedTrial[],
  { objective, seconds }: { readonly objective: Objective; readonly seconds: number },
): ParameterEffect {
  const values = valuesOf(name, trials);
  const groups = values.length <= MAX_GROUPS ? values.map(oneValue) : rangesOf(values);
  return {
    name,
    groups: groups.map(({ text, has }) => {
      const members = trials.filter(({ params }) => has(params[name] ?? null));
      return { text, ...summaryOf(members, objective), time: seconds === 0 ? 0 : timeOf(members) / seconds };
    }),
  };
}

const timeOf = (trials: readonly ExplainedTrial[]): number => trials.reduce((sum, trial) => sum + trial.seconds, 0);

interface Group {
  readonly text: string;
  readonly has: (value: ParamValue) => boolean;
}

const oneValue = (value: ParamValue): Group => ({
  text: formatParam(value),
  has: (other) => canonicalJson(other) === canonicalJson(value),
});

/** Four ranges with about as many values each; what is no number has a group of its own. */
function rangesOf(values: readonly ParamValue[]): Group[] {
  const numbers = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const others = values.filter((value) => typeof value !== 'number').map(oneValue);
  const cuts = [0, 1, 2, 3, 4].map((quarter) => Math.round((quarter * numbers.length) / 4));
  const ranges = cuts.slice(1).flatMap((end, index): Group[] => {
    const [first, last] = [numbers[cuts[index]!], numbers[end - 1]];
    if (first === undefined || last === undefined) return [];
    const has = (value: ParamValue): boolean => typeof value === 'number' && value >= first && value <= last;
    return [{ text: `${short(first)} to ${short(last)}`, has }];
  });
  return [...ranges, ...others.slice(0, MAX_GROUPS)];
}

const short = (value: number): string => formatParam(Number(value.toPrecision(3)));

/** The different values of a parameter: numbers in ascending order, others as they first occur. */
function valuesOf(name: string, trials: readonly ExplainedTrial[]): ParamValue[] {
  const values = new Map(trials.map(({ params }) => [canonicalJson(params[name] ?? null), params[name] ?? null]));
  const list = [...values.values()];
  return list.every((value) => typeof value === 'number') ? list.sort((a, b) => a - b) : list;
}

function summaryOf(trials: readonly ExplainedTrial[], objective: Objective): Omit<EffectGroup, 'text' | 'time'> {
  const values = trials.flatMap((trial) => trial.objective ?? []);
  const best = values.reduce<number | undefined>(
    (kept, value) => (isBetter(objective, value, kept) ? value : kept),
    undefined,
  );
  const mean = values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
  const [low, high] = intervalOf(values) ?? [];
  return { trials: values.length, mean, low, high, best };
}
