import { checkpointMeant } from '../checkpointing.js';
import { didYouMean } from './did-you-mean.js';
import { DURATION, durationMeant } from '../duration.js';
import { isParameter, parameterName, type Path } from '../text/path.js';
import type { JsonSchema } from './parameter-schema.js';

/** Suggests what to write in place of a value that does not match its schema; `undefined` without a good guess. */
export function remedy(path: Path, schema: JsonSchema, value: unknown): string | undefined {
  const key = String(path.at(-1));
  const { type } = schema;
  if (value === null) return key === 'values' ? 'List the values: `values: [1, 2]`.' : 'Nothing follows the colon.';
  if (schema['pattern'] === DURATION) return durationMeant(key, value);
  const every = checkpointMeant(schema, value);
  if (every !== undefined) return every;
  if (isParameter(path)) return formOfParameter(parameterName(path)!, value);
  if (type === 'array') return listOf(key, value);
  if (path.length === 1 && isAxis(value)) return 'To vary it, move it below `parameters:`.';
  const stray = strayKey(value);
  if (stray !== undefined) return `Remove the colon after \`${stray}\`.`;
  if (typeof value !== 'string') return undefined;
  if (path.length === 1 && key === 'metric') return metricNamed(value);
  if (path[0] === 'devices') return deviceOf(value);
  if (type === 'boolean') return booleanOf(value);
  if (type === 'number' || type === 'integer') return numberOf(value);
  return didYouMean(value, choicesOf(schema));
}

/** The key of a mapping that is probably a value with a colon too many, `16:` for 16; `undefined` for other values. */
export function strayKey(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[1] === null ? entries[0][0] : undefined;
}

function metricNamed(name: string): string {
  const goal = /loss|error/i.test(name) ? 'minimize' : 'maximize';
  return `Write \`metric: {name: ${name}, goal: ${goal}}\`.`;
}

/** The texts that a schema allows. */
function choicesOf({ enum: choices, const: only, anyOf, oneOf }: JsonSchema): string[] {
  const own = (Array.isArray(choices) ? choices : [only]).filter((choice) => typeof choice === 'string');
  const forms = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? (list as JsonSchema[]) : []));
  return [...own, ...forms.flatMap(choicesOf)];
}

function formOfParameter(name: string, value: unknown): string {
  return `Write \`${name}: {${Array.isArray(value) ? 'values' : 'value'}: ${written(value)}}\`.`;
}

function listOf(key: string, value: unknown): string | undefined {
  if (typeof value === 'string' && value.includes(',')) return `Write \`${key}: [${value}]\`.`;
  if (typeof value === 'object') return undefined;
  const single = key === 'values' ? `, or \`value: ${written(value)}\`` : '';
  return `Write \`${key}: [${written(value)}]\`${single}.`;
}

function deviceOf(value: string): string | undefined {
  const [, kind, number = '0'] = /^(cpu|gpu)\W?(\d+)?$/i.exec(value) ?? [];
  return kind === undefined ? undefined : `did you mean \`${kind.toLowerCase()}:${Number(number)}\`?`;
}

function booleanOf(value: string): string | undefined {
  const meant = /^(y|yes|on)$/i.test(value) ? 'true' : /^(n|no|off)$/i.test(value) ? 'false' : undefined;
  if (meant !== undefined) return `YAML 1.2 takes \`${value}\` for text: write ${meant}.`;
  return didYouMean(value, ['true', 'false']);
}

function numberOf(value: string): string | undefined {
  const digits = value.replace(/(?<=\d)[_ ](?=\d)/g, '');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits)) return undefined;
  return `Write ${digits}, without ${digits === value ? 'quotes' : 'separators'}.`;
}

const isAxis = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ['value', 'values', 'min', 'max', 'distribution'].some((key) => key in value);

function written(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? '...' : text;
}
