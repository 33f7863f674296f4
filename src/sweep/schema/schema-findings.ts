import type { ErrorObject } from 'ajv';
import type { TrainerManifest } from '../../core/trainer/manifest.js';
import { checkpointWords } from '../checkpointing.js';
import { closest, didYouMean } from './did-you-mean.js';
import { DURATION, DURATION_WORDS } from '../duration.js';
import { MEMORY_SIZE, MEMORY_SIZE_WORDS } from '../program/memory-size.js';
import { isEchoOf, keyFinding, pathOf, unknownKey, type UnknownKey } from './key-findings.js';
import type { JsonSchema } from './parameter-schema.js';
import { isParameter, isParameterMap, label, type Path } from '../text/path.js';
import type { Rule } from '../problem.js';
import { remedy } from './remedies.js';
import type { Finding, PathFinding } from '../text/text-map.js';
import { schemaErrors } from './validator.js';
import { shown } from '../../core/space/describe-distribution.js';
import { expected } from './wording.js';

/** The errors that the JSON Schema finds in a sweep, as messages. `isBuiltin`: the built-in trainer trains it. */
export function schemaFindings(sweep: unknown, manifest: TrainerManifest, isBuiltin: boolean): PathFinding[] {
  const errors = schemaErrors(sweep, manifest).slice(0, MAX_ERRORS);
  const unknown = new Map<string, UnknownKey[]>();
  for (const error of errors.filter(({ keyword }) => keyword === 'additionalProperties')) {
    const key = unknownKey(error);
    const place = key.path.join('/');
    const beside = unknown.get(place) ?? [];
    unknown.set(place, beside);
    beside.push(key);
  }
  return errors
    .filter((error) => !isEchoOf(unknown, error))
    .map(
      (error) =>
        keyFinding(error, manifest, isBuiltin) ?? formFinding(error) ?? valueFinding(error, manifest, isBuiltin),
    );
}

/** Further errors are left out: a message shows 20, and each suggestion takes time. */
export const MAX_ERRORS = 1000;

/** Empty parameters, lists and rules. */
function formFinding({ keyword, data, ...error }: ErrorObject): PathFinding | undefined {
  const path = pathOf(error);
  const find = (at: PathFinding['at'], rule: Rule, message: string, suggestion?: string): PathFinding => ({
    path,
    at,
    rule,
    message: `${label(path)} ${message}`,
    suggestion,
  });
  if (isParameterMap(path) && (keyword === 'minProperties' || data === null)) {
    return find('key', 'no-parameters', 'names no parameters');
  }
  switch (keyword) {
    case 'minProperties':
      return find('value', 'exclude', 'has a rule that names nothing: it would exclude everything');
    case 'minItems':
    case 'minLength':
      return find('value', 'empty', 'is empty', path.at(-1) === 'values' ? 'An axis needs a value.' : undefined);
    case 'false schema':
      return find('key', 'unknown-key', 'has no parameters nested below it');
    case 'anyOf': {
      const suggestion = 'Give it `value`, `values`, `min` and `max`, or a `distribution`.';
      return isParameter(path) ? find('key', 'missing-key', 'has no values', suggestion) : undefined;
    }
    default:
      return undefined;
  }
}

function valueFinding(error: ErrorObject, manifest: TrainerManifest, isBuiltin: boolean): PathFinding {
  const path = pathOf(error);
  const schema = error.parentSchema as JsonSchema;
  const place = { path, at: 'value' } as const;
  if (path.join() === 'metric,name' && error.keyword === 'enum') {
    return { ...place, ...unknownMetric(String(error.data), manifest) };
  }
  const suggestion =
    flatNames(path, error.data, manifest) ??
    (path.join() === 'metric' && isBuiltin ? metricMapping(error.data, manifest) : undefined) ??
    remedy(path, schema, error.data);
  const { enum: choices } = schema;
  const isClear = suggestion !== undefined && Array.isArray(choices) && choices.length > MANY;
  const message = isClear
    ? `${label(path)} cannot be ${shown(error.data)}`
    : `${label(path)} must be ${schemaWords(path, schema)}, not ${shown(error.data)}`;
  return { ...place, rule: ruleOf(error.keyword), message, suggestion };
}

/** Suggests the metric that was probably meant, with its goal; `undefined` if no metric has a similar name. */
function metricMapping(written: unknown, { metrics }: TrainerManifest): string | undefined {
  const name = typeof written === 'string' ? closest(written, Object.keys(metrics)) : undefined;
  return name === undefined ? undefined : `Write \`metric: {name: ${name}, goal: ${metrics[name]!}}\`.`;
}

/** Suggests flat names for nested settings: `augment_copies: 8` for `augment: {copies: 8}`. */
function flatNames(path: Path, value: unknown, { parameters }: TrainerManifest): string | undefined {
  if (path.length !== 1 || typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const flat = Object.entries(value).map(([name, inner]) => [`${String(path[0])}_${name}`, inner] as const);
  if (flat.length === 0 || !flat.every(([name]) => name in parameters)) return undefined;
  const lines = flat.map(([name, inner]) => `\`${name}: ${JSON.stringify(inner)}\``);
  return `Settings are not nested: write ${lines.join(' and ')}.`;
}

/** Longer lists of choices are not shown beside a suggestion. */
const MANY = 8;

function ruleOf(keyword: string): Rule {
  if (keyword === 'type') return 'wrong-type';
  return /min|max/i.test(keyword) ? 'out-of-range' : 'wrong-value';
}

/** Describes a schema. Devices, slots, trainers and durations have patterns that are hard to read. */
function schemaWords(path: Path, schema: JsonSchema): string {
  if (path[0] === 'devices') return 'auto, or a list of devices such as cpu:0, gpu:0 and gpu:1';
  if (path[0] === 'slots') return 'a whole number from 1, or auto';
  if (path.join() === 'trainer') return String(schema['description']).replace(/, relative.*/, '');
  if (schema['pattern'] === MEMORY_SIZE) return MEMORY_SIZE_WORDS;
  return schema['pattern'] === DURATION ? DURATION_WORDS : (checkpointWords(schema) ?? expected(schema));
}

function unknownMetric(name: string, { name: trainer, metrics }: TrainerManifest): Finding {
  const known = Object.keys(metrics);
  return {
    rule: 'unknown-metric',
    message: `${trainer} does not report a metric \`${name}\``,
    suggestion: didYouMean(name, known) ?? `It reports ${known.join(', ')}.`,
  };
}
