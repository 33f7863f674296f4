import type { Distribution, FoundDistribution } from '../../core/space/distribution.js';

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The names that a sweep file can give as `distribution`. */
export type DistributionName = Exclude<Distribution, FoundDistribution>['kind'] | 'constant';

/** The keys that each distribution takes beside `distribution`. */
const REQUIRED: Readonly<Record<DistributionName, readonly string[]>> = {
  constant: ['value'],
  categorical: ['values'],
  categorical_w_probabilities: ['values', 'probabilities'],
  int_uniform: ['min', 'max'],
  uniform: ['min', 'max'],
  q_uniform: ['min', 'max'],
  log_uniform: ['min', 'max'],
  log_uniform_values: ['min', 'max'],
  q_log_uniform: ['min', 'max'],
  q_log_uniform_values: ['min', 'max'],
  inv_log_uniform: ['min', 'max'],
  inv_log_uniform_values: ['min', 'max'],
  normal: [],
  q_normal: [],
  log_normal: [],
  q_log_normal: [],
  beta: [],
  q_beta: [],
};

export const DISTRIBUTIONS = Object.keys(REQUIRED) as readonly DistributionName[];

const KEYS: JsonSchema = {
  distribution: {
    enum: DISTRIBUTIONS,
    description:
      'How the values are distributed. Without it: `value` is constant, `values` categorical, whole `min` and `max` int_uniform, other `min` and `max` uniform.',
  },
  value: { description: 'The one value of a parameter that does not vary.' },
  values: {
    type: 'array',
    minItems: 1,
    uniqueItems: true,
    description: 'The values to try. A grid tries them in this order.',
  },
  probabilities: {
    type: 'array',
    items: { type: 'number', minimum: 0, maximum: 1 },
    description: 'How likely each of `values` is in a random search. They add up to 1.',
  },
  min: {
    type: 'number',
    description: 'Lowest value; for log_uniform, q_log_uniform and inv_log_uniform its exponent of e.',
  },
  max: {
    type: 'number',
    description:
      'Highest value; for log_uniform, q_log_uniform and inv_log_uniform its exponent of e. A grid takes the steps of q_uniform below it.',
  },
  q: {
    type: 'number',
    exclusiveMinimum: 0,
    default: 1,
    description: 'Values are rounded to multiples of it. Default 1.',
  },
  mu: {
    type: 'number',
    default: 0,
    description: 'Mean of a normal distribution; for log_normal that of the logarithm. Default 0.',
  },
  sigma: {
    type: 'number',
    exclusiveMinimum: 0,
    default: 1,
    description: 'Standard deviation of a normal distribution; for log_normal that of the logarithm. Default 1.',
  },
  a: {
    type: 'number',
    exclusiveMinimum: 0,
    default: 1,
    description: 'First shape of the beta distribution. Default 1.',
  },
  b: {
    type: 'number',
    exclusiveMinimum: 0,
    default: 1,
    description: 'Second shape of the beta distribution. Default 1.',
  },
  find: {
    description:
      'Found by a test before the first trial, once for each backbone. points: number of values in a grid, default 3; spread: factor from the found value to the highest, and from the lowest to it, default 3 in a grid, 10 in a random search.',
    if: { type: 'object' },
    then: {
      properties: {
        points: { type: 'integer', minimum: 1, maximum: 1000, description: 'How many values a grid tries. Default 3.' },
        spread: {
          type: 'number',
          exclusiveMinimum: 1,
          description:
            'Factor from the found value to the highest, and from the lowest to it. Default 3 in a grid, 10 in a random search.',
        },
      },
      additionalProperties: false,
    },
    else: { const: true },
  },
  parameters: {
    description: 'Parameters nested under this one: `b` in `a` becomes the parameter `a.b`.',
    $ref: '#/$defs/nested',
  },
};

/**
 * Schema of one parameter. Every rule is an `if` with a `then`, so that a mistake gives one error about the form that was
 * meant, instead of one error for each form.
 */
export const parameterSchema: JsonSchema = {
  description:
    'How a parameter is set or varied: a value, values, a range, a distribution, or parameters nested under it.',
  type: 'object',
  properties: KEYS,
  additionalProperties: false,
  if: { required: ['distribution'] },
  then: { allOf: DISTRIBUTIONS.map(distributionRule) },
  else: inferred(),
};

function distributionRule(name: DistributionName): JsonSchema {
  return {
    if: { properties: { distribution: { const: name } } },
    then: {
      required: REQUIRED[name],
      propertyNames: { enum: ['distribution', ...optionalKeys(name)] },
      properties: boundsOf(name),
    },
  };
}

function optionalKeys(name: DistributionName): readonly string[] {
  const quantum = name.startsWith('q_') ? ['q'] : [];
  if (name.endsWith('normal')) return ['mu', 'sigma', ...quantum];
  if (name.endsWith('beta')) return ['a', 'b', ...quantum];
  return [...REQUIRED[name], ...quantum];
}

function boundsOf(name: DistributionName): JsonSchema {
  if (name === 'int_uniform') return { min: { type: 'integer' }, max: { type: 'integer' } };
  if (name.endsWith('log_uniform_values')) return { min: { type: 'number', exclusiveMinimum: 0 } };
  return {};
}

/** Without a `distribution`, the first of these keys that is present decides the form. */
function inferred(): JsonSchema {
  const form = (
    key: string,
    required: readonly string[],
    keys: readonly string[],
    otherwise: JsonSchema,
  ): JsonSchema => ({
    if: { required: [key] },
    then: { required, propertyNames: { enum: keys } },
    else: otherwise,
  });
  const range = ['min', 'max'];
  const nothing = { anyOf: ['value', 'values', 'find', 'min', 'distribution'].map((key) => ({ required: [key] })) };
  const forms = [
    ['value', ['value'], ['value']],
    ['values', ['values'], ['values', 'probabilities']],
    ['find', ['find'], ['find']],
    ['parameters', ['parameters'], ['parameters']],
    ['min', range, range],
    ['max', range, range],
  ] as const;
  return forms.reduceRight<JsonSchema>((rest, [key, required, keys]) => form(key, required, keys, rest), nothing);
}
