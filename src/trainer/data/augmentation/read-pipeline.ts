import { InputError } from '../../../core/errors.js';
import type { ParamValue } from '../../../core/parameters.js';
import { similarNames } from '../files/name-lists.js';
import type { Field, Operation, Range, Ranges } from './operation.js';
import { OPERATIONS, type OperationName } from './operations.js';
import type { PipelineStep } from './pipeline.js';

/** Probability of an entry without `p`, as in Albumentations. */
const DEFAULT_P = 0.5;

/**
 * Reads a pipeline as it is written in a sweep file: a list of entries `{op: rotate, limit: 15, p: 0.3}`.
 *
 * @throws InputError PARAMETER_INVALID naming the entry, the field, and what is allowed
 */
export function readPipeline(entries: readonly ParamValue[]): readonly PipelineStep[] {
  return entries.map((entry, index) => readEntry(entry, `entry ${index + 1} of "augment"`));
}

function readEntry(entry: ParamValue, where: string): PipelineStep {
  if (!isMapping(entry)) {
    throw invalid(`${where} is ${JSON.stringify(entry)}, not a mapping`, `Write {op: rotate, limit: 15, p: 0.3}.`);
  }
  const { op, p = DEFAULT_P, ...given } = entry;
  if (op === undefined) throw invalid(`${where} has no "op"`, `Operations are ${NAMES.join(', ')}.`);
  if (!isOperation(op)) {
    throw invalid(
      `${where}: there is no operation ${JSON.stringify(op)}`,
      meant(typeof op === 'string' ? op : '', NAMES, 'Operations are'),
    );
  }
  const place = `${where} (${op})`;
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) {
    throw invalid(
      `${place}: "p" cannot be ${JSON.stringify(p)}`,
      'It is the probability of the operation, from 0 to 1.',
    );
  }
  const { fields }: Operation = OPERATIONS[op];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    const known = [...Object.keys(fields), 'p'];
    throw invalid(
      `${place} has no field "${name}"`,
      meant(name, known, known.length > 1 ? 'Its fields are' : 'It takes'),
    );
  }
  const ranges: Ranges = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const value = given[name];
      return [name, value === undefined ? field.default : readField(value, field, `${place}: "${name}"`)];
    }),
  );
  return { op, p, ranges };
}

function readField(value: ParamValue, field: Field, what: string): Range {
  const range = toRange(value, field);
  if (range && range[0] <= range[1] && range.every((bound) => isWithin(bound, field))) return range;
  throw invalid(`${what} cannot be ${JSON.stringify(value)}`, `It takes ${allowed(field)}.`);
}

function toRange(value: ParamValue, { kind }: Field): Range | undefined {
  if (typeof value === 'number') return kind === 'spread' ? [-value, value] : [value, value];
  if (kind === 'number' || !isList(value) || value.length !== 2) return undefined;
  const [low, high] = value;
  return typeof low === 'number' && typeof high === 'number' ? [low, high] : undefined;
}

const isWithin = (value: number, { bounds: [low, high], whole }: Field): boolean =>
  value >= low && value <= high && (!whole || Number.isInteger(value));

/**
 * Allowed values of a field: `a whole number from 1 to 100, or [low, high] to draw between (quality of libjpeg; default
 * [50, 95])`.
 */
function allowed({ kind, bounds: [low, high], whole, default: standard, description }: Field): string {
  const one = whole ? 'a whole number' : 'a number';
  const spread = kind === 'spread' && standard[0] === -standard[1];
  const shown = kind === 'number' || spread ? String(standard[1]) : `[${standard.join(', ')}]`;
  const note = `(${description}; default ${shown})`;
  switch (kind) {
    case 'number':
      return `${one} from ${low} to ${high} ${note}`;
    case 'range':
      return `${one} from ${low} to ${high}, or [low, high] to draw between ${note}`;
    case 'spread':
      return `${one} n from 0 to ${Math.min(-low, high)} to draw between -n and n, or [low, high] from ${low} to ${high} ${note}`;
  }
}

function meant(written: string, names: readonly string[], introduction: string): string {
  const [similar] = similarNames(written, names);
  const list = `${introduction} ${names.join(', ')}.`;
  return similar === undefined ? list : `Did you mean "${similar}"? ${list}`;
}

const NAMES = Object.keys(OPERATIONS) as readonly OperationName[];

const isOperation = (name: ParamValue): name is OperationName =>
  typeof name === 'string' && Object.hasOwn(OPERATIONS, name);

const isList = (value: ParamValue): value is readonly ParamValue[] => Array.isArray(value);

const isMapping = (value: ParamValue): value is Readonly<Record<string, ParamValue>> =>
  typeof value === 'object' && value !== null && !isList(value);

const invalid = (message: string, hint: string): InputError => new InputError('PARAMETER_INVALID', message, { hint });
