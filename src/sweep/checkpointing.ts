import type { CheckpointEvery } from '../core/trainer/training.js';
import { DURATION, durationMs } from './duration.js';
import type { JsonSchema } from './schema/parameter-schema.js';
import type { Mapping } from './read-parameters.js';

/** Which checkpoints stay on disk when a trial has ended. A trial that has not ended keeps the checkpoint it resumes from. */
export interface Keep {
  /** The checkpoint of the epoch with the best objective. Default: true. */
  readonly best: boolean;
  /** The checkpoint of the last epoch. Default: true. */
  readonly last: boolean;
  /** Number of trials whose checkpoints stay: the best ones by the objective. Default: 3. */
  readonly topTrials: number;
}

const EVERY = `^([1-9][0-9]* steps?|${DURATION.slice(1, -1)})$`;

export const CHECKPOINT_SCHEMA: JsonSchema = {
  checkpoint_every: {
    type: 'string',
    pattern: EVERY,
    description: 'Save within epochs, too: every `500 steps`, or every `10m`. Default: only after each epoch.',
  },
  keep: {
    type: 'object',
    description: 'Which checkpoints stay on disk when a trial has ended.',
    properties: {
      best: {
        type: 'boolean',
        default: true,
        description: 'The checkpoint of the epoch with the best objective. Default true.',
      },
      last: { type: 'boolean', default: true, description: 'The checkpoint of the last epoch. Default true.' },
      top_trials: {
        type: 'integer',
        minimum: 0,
        default: 3,
        description: 'Number of trials whose checkpoints stay: the best by the objective. Default 3.',
      },
    },
    additionalProperties: false,
  },
};

/** The values that `checkpoint_every` accepts, for messages; `undefined` for the schema of another key. */
export function checkpointWords({ pattern }: JsonSchema): string | undefined {
  return pattern === EVERY ? 'a number of steps such as 500 steps, or a duration such as 10m' : undefined;
}

/** Suggests a value for `checkpoint_every` in place of a wrong one; `undefined` for the schema of another key. */
export function checkpointMeant({ pattern }: JsonSchema, value: unknown): string | undefined {
  if (pattern !== EVERY) return undefined;
  const count = /^\s*([1-9]\d*)(\s*steps?)?\s*$/i.exec(String(value))?.[1];
  return count === undefined
    ? 'Write a number of steps, `500 steps`, or a duration, `10m`.'
    : `Write \`checkpoint_every: ${count} ${count === '1' ? 'step' : 'steps'}\`.`;
}

/** The checkpoint settings of a valid sweep, with defaults filled in. */
export function checkpointingOf({ checkpoint_every: every, keep }: Mapping): {
  readonly checkpointEvery: CheckpointEvery | undefined;
  readonly keep: Keep;
} {
  const {
    best = true,
    last = true,
    top_trials: topTrials = 3,
  } = (keep ?? {}) as Readonly<Record<'best' | 'last', boolean | undefined> & { readonly top_trials?: number }>;
  return { checkpointEvery: everyOf(every as string | undefined), keep: { best, last, topTrials } };
}

function everyOf(written: string | undefined): CheckpointEvery | undefined {
  if (written === undefined) return undefined;
  const [, steps] = /^(\d+) steps?$/.exec(written) ?? [];
  return steps === undefined ? { seconds: durationMs(written) / 1000 } : { steps: Number(steps) };
}
