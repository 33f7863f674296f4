import type { ErrorObject } from 'ajv';
import type { TrainerManifest } from '../../core/trainer/manifest.js';
import { closest, didYouMean } from './did-you-mean.js';
import { isParameterMap, label, parameterName, type Path } from '../text/path.js';
import type { JsonSchema } from './parameter-schema.js';
import type { Finding, PathFinding } from '../text/text-map.js';

/**
 * Words for the schema's errors about keys: unknown ones, known ones in the wrong place, missing ones; `undefined` for any other
 * error. `isBuiltin`: the built-in trainer trains the sweep.
 */
export function keyFinding(error: ErrorObject, manifest: TrainerManifest, isBuiltin: boolean): PathFinding | undefined {
  const path = pathOf(error);
  const { propertyName, missingProperty } = error.params as Readonly<Record<string, string | undefined>>;
  if (error.keyword === 'additionalProperties') {
    return { path: [...path, unknownKey(error).key], at: 'key', ...unknownKeyFinding(error, manifest, isBuiltin) };
  }
  if (error.keyword === 'propertyNames') return misplacedKey(path, propertyName!, error, manifest);
  if (error.keyword === 'required' && missingProperty === 'goal') return missingGoal(path, error);
  if (error.keyword === 'required') return { path, at: 'key', ...missingKey(path, missingProperty!) };
  return undefined;
}

/**
 * Whether an error only repeats one about an unknown key: the key that was meant is missing, or the unknown one is not among
 * those allowed there. `unknown` is by path.
 */
export function isEchoOf(unknown: ReadonlyMap<string, readonly UnknownKey[]>, error: ErrorObject): boolean {
  const { missingProperty, propertyName } = error.params as Readonly<Record<string, string | undefined>>;
  const beside = unknown.get(pathOf(error).join('/')) ?? [];
  if (error.keyword === 'propertyNames') return beside.some(({ key }) => key === propertyName);
  if (error.keyword !== 'required' && error.keyword !== 'anyOf') return false;
  return beside.some(({ key, known }) => missingProperty === undefined || closest(key, known) === missingProperty);
}

export interface UnknownKey {
  readonly path: Path;
  readonly key: string;
  /** The keys that are allowed there. */
  readonly known: readonly string[];
}

export function unknownKey(error: ErrorObject): UnknownKey {
  const { additionalProperty } = error.params as { readonly additionalProperty: string };
  const { properties = {} } = error.parentSchema as { readonly properties?: JsonSchema };
  return { path: pathOf(error), key: additionalProperty, known: Object.keys(properties) };
}

/** The path of an error, from its JSON Pointer. */
export function pathOf({ instancePath }: Pick<ErrorObject, 'instancePath'>): Path {
  return instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Keys of W&B's sweep files that have no counterpart here. */
const WANDB_KEYS = ['apiVersion', 'kind', 'job', 'scheduler', 'impute', 'impute_while_running'];

function unknownKeyFinding(error: ErrorObject, manifest: TrainerManifest, isBuiltin: boolean): Finding {
  const { path, key, known } = unknownKey(error);
  const isSweepOrMetric = path.length === 0 || path.join() === 'metric';
  if (isSweepOrMetric && WANDB_KEYS.includes(key)) {
    return { rule: 'unsupported', message: `\`${key}\` is W&B's, not supported here`, suggestion: 'Remove it.' };
  }
  const meant = didYouMean(key, known);
  if (isParameterMap(path)) {
    const message = `${manifest.name} has no parameter \`${parameterName([...path, key])!}\``;
    return { rule: 'unknown-parameter', message, suggestion: meant ?? `It takes ${known.join(', ')}.` };
  }
  const isOwn = path.length === 0 && !isBuiltin;
  const suggestion = isOwn ? (didYouMean(key, ownKeys(known, manifest)) ?? settingBelow(key, error.data)) : meant;
  return { rule: 'unknown-key', message: `unknown key \`${key}\``, suggestion };
}

/** The keys at the top of a file whose trainer is not the built-in one. */
function ownKeys(known: readonly string[], { parameters }: TrainerManifest): string[] {
  return known.filter((key) => key === 'epochs' || !Object.hasOwn(parameters, key));
}

function settingBelow(key: string, sweep: unknown): string {
  const { trainer = 'your program' } = sweep as { readonly trainer?: unknown };
  return `A setting of ${String(trainer)} goes below \`parameters:\`, as \`${key}: {value: ...}\`.`;
}

/** Keys that each declare the values of a parameter; a parameter has one of them. */
const FORMS = ['value', 'values', 'find', 'parameters', 'min', 'max'];

/** A known key in the wrong place. */
function misplacedKey(path: Path, key: string, error: ErrorObject, manifest: TrainerManifest): PathFinding {
  const place = { path: [...path, key], at: 'key' } as const;
  if (isParameterMap(path)) {
    const message = `\`${key}\` cannot be the name of a parameter`;
    const suggestion = 'Names consist of letters, digits, _, . and -, a letter or _ first.';
    return { ...place, rule: 'wrong-value', message, suggestion };
  }
  if (path.length === 0) {
    const message = `\`${key}\` is a setting of ${manifest.name}, and this sweep has another trainer`;
    const suggestion = `If yours takes it too, write it below \`parameters:\` as \`${key}: {value: ...}\`.`;
    return { ...place, rule: 'unknown-key', message, suggestion };
  }
  const form = error.data as Readonly<Record<string, unknown>>;
  const { propertyNames } = error.parentSchema as { readonly propertyNames: { readonly enum: readonly string[] } };
  const beside = propertyNames.enum.filter((name) => Object.hasOwn(form, name));
  if (FORMS.includes(key) && !beside.includes('distribution')) {
    const message = `${label(path)} has both \`${beside[0]!}\` and \`${key}\``;
    const rival = [...path, beside[0]!];
    return { ...place, rival, rule: 'wrong-value', message, suggestion: 'Keep one of the two.' };
  }
  const [first = ''] = beside;
  const words = first === 'distribution' ? `distribution: ${String(form[first])}` : first;
  return { ...place, rule: 'unknown-key', message: `\`${key}\` is not allowed beside \`${words}\`` };
}

function missingGoal(metric: Path, error: ErrorObject): PathFinding {
  const { name } = error.data as { readonly name: string };
  const message = `\`goal\` is missing: W&B's default, minimize, would rank the lowest \`${name}\` first`;
  const suggestion = 'Write `goal: maximize` beside the name.';
  return { path: [...metric, 'name'], at: 'value', rule: 'missing-goal', message, suggestion };
}

function missingKey(path: Path, key: string): Finding {
  if (path.length > 0) return { rule: 'missing-key', message: `${label(path)} needs \`${key}\`` };
  switch (key) {
    case 'method':
      return {
        rule: 'missing-key',
        message: '`method` is missing',
        suggestion: 'Add `method: grid` or `method: random`.',
      };
    case 'parameters':
      return {
        rule: 'no-parameters',
        message: '`parameters` is missing: there is nothing to sweep over',
        suggestion: 'Add `parameters:` with, for example, `learning_rate: {values: [0.0001, 0.001]}` below it.',
      };
    default:
      return {
        rule: 'missing-key',
        message: `\`${key}\` is missing: a trainer of your own has no default metric`,
        suggestion: 'Add `metric: {name: ..., goal: maximize}` with a metric that it reports.',
      };
  }
}
