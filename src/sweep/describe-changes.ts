import { describeEarlyTermination } from './early-terminate/describe.js';
import { formatCounted } from '../core/format.js';
import { unreachable } from '../core/errors.js';
import { canonicalJson, type ParamValue } from '../core/parameters.js';
import type { SweepDefinition } from './definition.js';
import { describeDistribution, listed, valueText } from '../core/space/describe-distribution.js';
import type { Distribution } from '../core/space/distribution.js';

/**
 * Describes how the trials of two definitions differ, a line for each change; no lines if both declare the same trials in the
 * same order. Devices, slots and descriptions change no trial.
 */
export function describeChanges(before: SweepDefinition, after: SweepDefinition): string[] {
  return [
    ...changed('method', before.method, after.method),
    ...changed('surrogate', before.sampling?.surrogate ?? 'default', after.sampling?.surrogate ?? 'default'),
    ...changed('acquisition', before.sampling?.acquisition ?? 'default', after.sampling?.acquisition ?? 'default'),
    ...changed('metric', metricOf(before), metricOf(after)),
    ...changed('dataset', pathOf(before.dataset), pathOf(after.dataset)),
    ...changed('trainer', trainerOf(before), trainerOf(after)),
    ...parameterChanges(before, after),
    ...orderChange(before, after),
    ...listChanges('seeds', before.seeds, after.seeds),
    ...(after.method !== 'grid' ? changed('seed', before.seed, after.seed) : []),
    ...changed('early_terminate', stoppingOf(before), stoppingOf(after)),
    ...changed('run_cap', before.runCap ?? 'none', after.runCap ?? 'none'),
    ...changed('confirm', confirmText(before), confirmText(after)),
    ...ruleChanges(before, after),
  ];
}

function changed(name: string, before: ParamValue, after: ParamValue): string[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  return [`${name}: ${plain(before)} -> ${plain(after)}`];
}

const plain = (value: ParamValue): string => (typeof value === 'string' ? value : valueText(value));

function metricOf({ objective }: SweepDefinition): string {
  const { metric, goal, target } = objective;
  return `${metric} (${goal}${target === undefined ? '' : `, target ${target}`})`;
}

const confirmText = ({ confirm }: SweepDefinition): string =>
  confirm === undefined ? 'none' : `the best ${confirm.top} with ${formatCounted(confirm.seeds, 'seed')}`;

const pathOf = (dataset: SweepDefinition['dataset']): string => dataset?.path ?? 'none';

function trainerOf({ trainer }: SweepDefinition): string {
  switch (trainer.kind) {
    case 'builtin':
      return trainer.name;
    case 'module':
      return trainer.path;
    case 'program':
      return [...(trainer.program === undefined ? [] : [trainer.program]), ...trainer.command].join(' ');
    default:
      return unreachable(trainer);
  }
}

const stoppingOf = ({ earlyTermination }: SweepDefinition): string =>
  earlyTermination === undefined ? 'none' : describeEarlyTermination(earlyTermination);

type State = Distribution | { readonly kind: 'fixed'; readonly value: ParamValue };

function parameterChanges(before: SweepDefinition, after: SweepDefinition): string[] {
  const [old, current] = [statesOf(before), statesOf(after)];
  const gone = [...old]
    .filter(([name]) => !current.has(name))
    .map(([name, state]) => `${name}: ${describe(state)} removed`);
  const kept = [...current].flatMap(([name, state]) => {
    const previous = old.get(name);
    return previous === undefined ? [`${name}: ${describe(state)} added`] : stateChanges(name, previous, state);
  });
  return [...kept, ...gone];
}

function statesOf({ axes, fixed }: SweepDefinition): Map<string, State> {
  return new Map<string, State>([
    ...axes.map(({ name, distribution }) => [name, distribution] as const),
    ...Object.entries(fixed).map(([name, value]) => [name, { kind: 'fixed', value }] as const),
  ]);
}

function stateChanges(name: string, before: State, after: State): string[] {
  if (canonicalJson({ ...before }) === canonicalJson({ ...after })) return [];
  if (before.kind === 'categorical' && after.kind === 'categorical')
    return listChanges(name, before.values, after.values);
  return [`${name}: ${describe(before)} -> ${describe(after)}`];
}

function describe(state: State): string {
  return state.kind === 'fixed' ? valueText(state.value) : describeDistribution(state);
}

/** What came and what went; that the rest is in another order only where nothing else is different. */
function listChanges(name: string, before: readonly ParamValue[], after: readonly ParamValue[]): string[] {
  const added = missingFrom(before, after);
  const removed = missingFrom(after, before);
  const changes = [];
  if (added.length > 0) changes.push(`${name}: ${listed(added)} added`);
  if (removed.length > 0) changes.push(`${name}: ${listed(removed)} removed`);
  if (changes.length === 0 && canonicalJson(before) !== canonicalJson(after)) changes.push(`${name}: in another order`);
  return changes;
}

function orderChange(before: SweepDefinition, after: SweepDefinition): string[] {
  const names = (definition: SweepDefinition, other: SweepDefinition): string[] =>
    definition.axes.map(({ name }) => name).filter((name) => other.axes.some((axis) => axis.name === name));
  const order = names(after, before);
  return names(before, after).join() === order.join() ? [] : [`axes in another order: ${order.join(', ')}`];
}

function ruleChanges(before: SweepDefinition, after: SweepDefinition): string[] {
  return [
    ...missingFrom(before.exclude, after.exclude).map((rule) => `exclude: ${ruleText(rule)} added`),
    ...missingFrom(after.exclude, before.exclude).map((rule) => `exclude: ${ruleText(rule)} removed`),
  ];
}

/** The values of a list that another does not have. */
function missingFrom<Value extends ParamValue>(list: readonly Value[], values: readonly Value[]): Value[] {
  const known = new Set(list.map(canonicalJson));
  return values.filter((value) => !known.has(canonicalJson(value)));
}

function ruleText(rule: SweepDefinition['exclude'][number]): string {
  const conditions = Object.entries(rule).map(([name, values]) => {
    const text = values.map(plain).join(', ');
    return `${name}: ${values.length === 1 ? text : `[${text}]`}`;
  });
  return `{${conditions.join(', ')}}`;
}
