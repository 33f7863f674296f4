import { SEARCH_METHODS } from '../../core/space/search-space.js';
import type { ParameterSchema, TrainerManifest } from '../../core/trainer/manifest.js';
import { CHECKPOINT_SCHEMA } from '../checkpointing.js';
import { DURATION } from '../duration.js';
import { EARLY_TERMINATE_SCHEMA } from '../early-terminate/keys.js';
import { ON_FINISH_SCHEMA } from '../on-finish.js';
import { PROGRAM_SCHEMA } from '../program/program-schema.js';
import { parameterSchema, type JsonSchema } from './parameter-schema.js';

export type { JsonSchema };

/** Keys for W&B's agents, accepted without effect. */
const WANDB_ONLY: JsonSchema = {
  project: { type: 'string', description: "W&B's project. Accepted, without effect." },
  entity: { type: 'string', description: "W&B's entity. Accepted, without effect." },
  controller: { type: 'object', description: "W&B's controller. Accepted, without effect." },
};

/** Shape of a parameter's name. */
const NAME = { pattern: '^[A-Za-z_][A-Za-z0-9_.-]*$', description: 'letters, digits, _ . and -, a letter or _ first' };

/** Pattern of a `trainer` that is the path of a module. */
export const MODULE_PATH = '[/\\\\]|\\.[A-Za-z]+$';

/**
 * The JSON Schema (draft 2020-12) of a sweep file, for checks here and for completion in editors. It lists the settings and
 * metrics of the given built-in trainer and leaves those of other trainers open. Apart from `$defs` it uses keywords of older
 * drafts only, because some editors support no newer one.
 */
export function sweepSchema(manifest: TrainerManifest): JsonSchema {
  const common = commonKeys(manifest);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Sweep',
    description: "A hyperparameter sweep, in the dialect of W&B's sweep configuration.",
    type: 'object',
    properties: { ...common, epochs: EPOCHS, ...manifest.parameters },
    required: ['method', 'parameters'],
    additionalProperties: false,
    if: isBuiltin(),
    then: {
      properties: {
        metric: metricOf(manifest),
        parameters: { $ref: '#/$defs/parameters' },
      },
    },
    else: {
      propertyNames: { enum: [...Object.keys(common), 'epochs'] },
      properties: { parameters: { $ref: '#/$defs/nested' } },
      if: { required: ['trainer'] },
      then: { required: ['metric'] },
    },
    $defs: {
      parameter: parameterSchema,
      nested: {
        description: 'Parameters by name.',
        type: 'object',
        minProperties: 1,
        propertyNames: NAME,
        additionalProperties: { $ref: '#/$defs/parameter' },
      },
      parameters: parametersOf(manifest.parameters),
    },
  };
}

/** W&B's default goal is minimize. For a metric that is better when higher, that would rank the worst trial first. */
function metricOf({ metrics }: TrainerManifest): JsonSchema {
  const names = Object.keys(metrics);
  return {
    properties: { name: { enum: names } },
    if: { required: ['name'], properties: { name: { enum: names.filter((name) => metrics[name] === 'maximize') } } },
    then: { required: ['goal'] },
  };
}

const EPOCHS: ParameterSchema = { description: 'Passes over the training data.', type: 'integer', minimum: 1 };

const DEVICE = '(cpu|gpu):(0|[1-9][0-9]*)';

const SEED = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

function commonKeys(manifest: TrainerManifest): JsonSchema {
  return {
    $schema: { type: 'string', description: 'Where an editor finds the schema of this file.' },
    name: {
      type: 'string',
      minLength: 1,
      description: "Name of the sweep. Default: the file's name without its ending.",
    },
    description: { type: 'string', description: 'What the sweep is for.' },
    method: {
      enum: [...SEARCH_METHODS],
      description:
        'grid tries every combination in order, the last parameter fastest; random draws combinations, none twice; sobol spreads them evenly. bayes, evolution and cma-es learn from the results so far; list tries the points that are listed.',
    },
    acquisition: {
      enum: ['improvement', 'per_second'],
      description:
        'What bayes looks for with a Gaussian process: improvement, or improvement for each second of a trial. Default improvement.',
    },
    points: {
      type: 'array',
      minItems: 1,
      description: 'Points of list, each a value for some parameters: [{learning_rate: 1e-4, batch_size: 32}, ...].',
      items: { type: 'object', minProperties: 1, description: 'A value for each of some parameters.' },
    },
    surrogate: {
      enum: ['gp', 'tpe'],
      description:
        'Model of bayes: a Gaussian process or a tree-structured Parzen estimator. Default: gp, from 200 measured points on tpe.',
    },
    metric: {
      type: 'object',
      description: `What to rank trials by. Default for ${manifest.name}: ${manifest.objective.metric}, ${manifest.objective.goal}.`,
      properties: {
        name: { type: 'string', minLength: 1, description: 'A metric that the trainer reports.' },
        goal: {
          enum: ['minimize', 'maximize'],
          default: 'minimize',
          description: 'Which way is better. Default minimize, so that a metric to maximize needs it.',
        },
        target: { type: 'number', description: 'Once a trial has reached this value, no new one begins.' },
      },
      required: ['name'],
      additionalProperties: false,
    },
    parameters: {
      description: 'The parameters to vary, and fixed ones with `value`. Nested names are joined by dots.',
    },
    run_cap: { type: 'integer', minimum: 1, description: 'Run at most this many trials, seeds included.' },
    ...EARLY_TERMINATE_SCHEMA,
    dataset: {
      type: 'string',
      minLength: 1,
      description:
        "Dataset to train on: a path from this file's folder. A name with a scheme (s3://...) stays as it is.",
    },
    trainer: {
      anyOf: [{ const: manifest.name }, { pattern: MODULE_PATH }],
      type: 'string',
      default: manifest.name,
      description: `${manifest.name}, or the path of an ES module that exports \`train\`, relative to this file's folder.`,
    },
    devices: {
      description: 'Devices to train on: auto (all GPUs, else the CPU), or a list such as [gpu:0, gpu:1].',
      default: 'auto',
      if: { type: 'array' },
      then: { minItems: 1, items: { type: 'string', pattern: `^${DEVICE}$`, description: 'cpu:0, gpu:0, gpu:1, ...' } },
      else: { type: 'string', pattern: `^(auto|${DEVICE})$` },
    },
    slots: {
      description:
        'Concurrent trials on each device, or auto: the number with the highest throughput, measured at the first run.',
      default: 1,
      if: { type: 'string' },
      then: { const: 'auto' },
      else: { type: 'integer', minimum: 1 },
    },
    max_trial_time: {
      type: 'string',
      pattern: DURATION,
      description:
        'Longest time that a trial may train, such as 10m; with an epoch done it counts as stopped. Default: no limit.',
    },
    max_time: {
      type: 'string',
      pattern: DURATION,
      description: 'Time after which no trial starts and running ones pause, such as 8h. Default: no limit.',
    },
    ...CHECKPOINT_SCHEMA,
    ...ON_FINISH_SCHEMA,
    seed: {
      ...SEED,
      default: 0,
      description: 'Seed of the search, and of every trial unless `seeds` says more. Default 0.',
    },
    seeds: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { ...SEED, description: 'A seed.' },
      description: 'Run every trial once with each of these seeds.',
    },
    confirm: {
      type: 'object',
      description: 'Train the best points again with new seeds at the end; the best mean wins.',
      properties: {
        top: { type: 'integer', minimum: 1, default: 3, description: 'Number of points to train again. Default 3.' },
        seeds: { type: 'integer', minimum: 2, default: 5, description: 'Number of new seeds for each. Default 5.' },
      },
      additionalProperties: false,
    },
    exclude: {
      type: 'array',
      description:
        'Combinations to leave out, such as {backbone: b7, batch_size: [64, 128]}: a trial is out if every parameter named has one of the listed values.',
      items: {
        type: 'object',
        minProperties: 1,
        description: 'A value, or a list of values, for each of some parameters.',
      },
    },
    ...PROGRAM_SCHEMA,
    ...WANDB_ONLY,
  };
}

/** Matches files that the built-in trainer trains: no module's path, and no program or command without a trainer. */
function isBuiltin(): JsonSchema {
  return {
    anyOf: [
      { required: ['trainer'], not: { properties: { trainer: { type: 'string', pattern: MODULE_PATH } } } },
      { not: { anyOf: [{ required: ['trainer'] }, { required: ['program'] }, { required: ['command'] }] } },
    ],
  };
}

/** Schema of the trainer's parameters by name. A name with a dot can also be written nested. */
function parametersOf(parameters: TrainerManifest['parameters']): JsonSchema {
  const groups = new Map<string, Record<string, ParameterSchema>>();
  for (const [name, schema] of Object.entries(parameters)) {
    const dot = name.indexOf('.');
    if (dot < 0) continue;
    const group = name.slice(0, dot);
    groups.set(group, { ...groups.get(group), [name.slice(dot + 1)]: schema });
  }
  return {
    description: 'Parameters by name.',
    type: 'object',
    minProperties: 1,
    properties: {
      ...Object.fromEntries([...groups].map(([name, members]) => [name, groupOf(members)])),
      ...Object.fromEntries(Object.entries(parameters).map(([name, schema]) => [name, varied(schema)])),
    },
    additionalProperties: false,
  };
}

function groupOf(members: Readonly<Record<string, ParameterSchema>>): JsonSchema {
  return {
    description: 'Parameters by name.',
    type: 'object',
    required: ['parameters'],
    properties: { parameters: parametersOf(members) },
    additionalProperties: false,
  };
}

function varied(schema: ParameterSchema): JsonSchema {
  return {
    description: schema.description,
    allOf: [
      { $ref: '#/$defs/parameter' },
      { properties: { value: schema, values: { items: schema }, parameters: false } },
    ],
  };
}
