import type { CheckpointEvery } from '../core/training.js';
import { DURATION, durationMs } from './duration.js';
import type { JsonSchema } from './schema/parameter-schema.js';
import type { Mapping } from './read-parameters.js';

/** Which checkpoints of a trial that has ended stay on disk. One that has not ended keeps what it goes on from. */
export interface Keep {
  /** That of the epoch with the best objective. Default true. */
  readonly best: boolean;
  /** That of the last epoch. Default true. */
  readonly last: boolean;
  /** Of so many trials, the best by the objective. Default 3. */
  readonly topTrials: number;
}

const EVERY = `^([1-9][0-9]* steps?|${DURATION.slice(1, -1)})$`;

export const CHECKPOINT_SCHEMA: JsonSchema = {
  checkpoint_every: {
    type: 'string',
    pattern: EVERY,
    description: 'Save within epochs, too: every `500 steps`, or every `10m`. Default: after each epoch alone.',
  },
  keep: {
    type: 'object',
    description: 'Which checkpoints of trials that have ended stay on disk.',
    properties: {
      best: { type: 'boolean', default: true, description: 'That of the epoch with the best objective. Default true.' },
      last: { type: 'boolean', default: true, description: 'That of the last epoch. Default true.' },
      top_trials: {
        type: 'integer',
        minimum: 0,
        default: 3,
        description: 'Keep them of so many trials, the best by the objective. Default 3.',
      },
    },
    additionalProperties: false,
  },
};

/** What `checkpoint_every` takes, for messages; `undefined` for the schema of anything else. */
export function checkpointWords({ pattern }: JsonSchema): string | undefined {
  return pattern === EVERY ? 'a number of steps such as 500 steps, or a duration such as 10m' : undefined;
}

/** What to write in place of a value that `checkpoint_every` does not take. */
export function checkpointMeant({ pattern }: JsonSchema, value: unknown): string | undefined {
  if (pattern !== EVERY) return undefined;
  const count = /^\s*([1-9]\d*)(\s*steps?)?\s*$/i.exec(String(value))?.[1];
  return count === undefined
    ? 'Write a number of steps, `500 steps`, or a duration, `10m`.'
    : `Write \`checkpoint_every: ${count} steps\`.`;
}

/** Of a sweep in which nothing is wrong. */
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
