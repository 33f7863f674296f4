import type { EarlyTerminationType } from '../../core/trial/early-termination.js';
import type { JsonSchema } from '../schema/parameter-schema.js';

const SHARE = { type: 'number', minimum: 0, exclusiveMaximum: 1 };
const WHOLE = { type: 'integer', minimum: 1 };

/** The keys of `early_terminate`. */
const KEYS = {
  type: {
    enum: [
      ...['median', 'percentile', 'top', 'hyperband', 'asha'],
      ...['learning-curve', 'patience', 'threshold', 'wilcoxon'],
    ],
    description: 'The rule. When unsure: median. docs/stopping.md compares them.',
  },
  within: {
    description: 'A parameter, or a list of them: only trials with the same values are compared.',
    if: { type: 'array' },
    then: { minItems: 1, items: { type: 'string', description: 'The name of a parameter.' } },
    else: { type: 'string' },
  },
  min_iter: {
    ...WHOLE,
    description:
      'hyperband, asha: the first epoch (with `unit: seconds`, the first second) at which trials are compared. threshold: the first epoch that counts. Default 1 for asha and threshold.',
  },
  max_iter: {
    ...WHOLE,
    description:
      "hyperband: the last epoch; needs `s`. Other rules: epochs of a whole training. Default: the trial's `epochs`.",
  },
  s: { ...WHOLE, description: 'hyperband with `max_iter`: number of bands below it.' },
  eta: {
    type: 'number',
    exclusiveMinimum: 1,
    default: 3,
    description: 'hyperband, asha: one in `eta` trials goes on. Default 3.',
  },
  strict: {
    type: 'boolean',
    default: true,
    description:
      "hyperband: whether the value in the band's epoch decides (true), or the best value so far. Default true.",
  },
  unit: {
    enum: ['epochs', 'seconds'],
    default: 'epochs',
    description: 'asha: what `min_iter` counts. Default epochs.',
  },
  variant: {
    enum: ['stopping', 'promoting'],
    default: 'stopping',
    description: 'asha: whether a trial that is not among the best ends, or pauses until it is. Default stopping.',
  },
  percentile: {
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 100,
    default: 25,
    description: 'percentile: a trial has to be among the best so many per cent. Default 25.',
  },
  warm_up: {
    ...SHARE,
    description: 'Share of its epochs in which no trial is stopped. Default 0.33; learning-curve 0.2.',
  },
  min_trials: { ...WHOLE, default: 5, description: 'Other trials that must have come as far. Default 5.' },
  patience: { ...WHOLE, default: 3, description: 'patience: epochs without an improvement. Default 3.' },
  min_delta: {
    type: 'number',
    minimum: 0,
    default: 0,
    description: 'patience: what counts as an improvement, in units of the metric. Default 0.',
  },
  lower: { type: 'number', description: 'threshold: a trial whose metric is below it is stopped.' },
  upper: { type: 'number', description: 'threshold: a trial whose metric is above it is stopped.' },
  confidence: {
    type: 'number',
    minimum: 0.5,
    exclusiveMaximum: 1,
    default: 0.95,
    description: 'learning-curve: how sure the rule must be that a trial will not become the best. Default 0.95.',
  },
  share: {
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    description: 'top: the share of its epochs that every trial is trained for. Default 1/3.',
  },
  keep: {
    type: 'number',
    exclusiveMinimum: 0,
    default: 0.1,
    description: 'top: how many trials go on, or below 1 the share of them. Default 0.1.',
  },
  p_value: {
    type: 'number',
    exclusiveMinimum: 0,
    exclusiveMaximum: 0.5,
    default: 0.1,
    description: 'wilcoxon: largest p-value that counts as evidence. Default 0.1.',
  },
  min_folds: {
    ...WHOLE,
    default: 2,
    description: 'wilcoxon: folds or seeds of a point that must have ended. Default 2.',
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;

export type EarlyTerminateKey = Exclude<keyof typeof KEYS, 'type'>;

/** The keys that each rule takes, `type` aside. */
export const KEYS_OF: Readonly<Record<EarlyTerminationType, readonly EarlyTerminateKey[]>> = {
  hyperband: ['min_iter', 'max_iter', 's', 'eta', 'strict', 'within'],
  asha: ['min_iter', 'eta', 'unit', 'variant', 'within'],
  top: ['share', 'keep', 'within', 'max_iter'],
  median: ['warm_up', 'min_trials', 'within', 'max_iter'],
  percentile: ['percentile', 'warm_up', 'min_trials', 'within', 'max_iter'],
  'learning-curve': ['confidence', 'warm_up', 'min_trials', 'within', 'max_iter'],
  patience: ['patience', 'min_delta'],
  threshold: ['lower', 'upper', 'min_iter'],
  wilcoxon: ['p_value', 'min_folds'],
};

/** The rules that look at a share of a whole training, so that its length has to be known. */
export const NEEDS_LENGTH: readonly EarlyTerminationType[] = ['top', 'median', 'percentile', 'learning-curve'];

export const EARLY_TERMINATE_SCHEMA: JsonSchema = {
  early_terminate: {
    description: 'The rule that stops trials early: a type, or a mapping with its settings. Default: none.',
    if: { type: 'string' },
    then: { enum: KEYS.type.enum },
    else: { type: 'object', properties: KEYS, required: ['type'], additionalProperties: false },
  },
};
