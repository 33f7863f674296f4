import { DURATION, durationMs } from './duration.js';
import type { Mapping } from './read-parameters.js';
import type { JsonSchema } from './schema/parameter-schema.js';

/** Commands that run when something has ended. */
export interface OnFinish {
  /** Shell command for the end of a session of the sweep. */
  readonly sweep: string | undefined;
  /** Shell command for the end of each trial. */
  readonly trial: string | undefined;
  /** Time limit of one command. Default: one minute. */
  readonly timeoutMs: number;
}

const command = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });

export const ON_FINISH_SCHEMA: JsonSchema = {
  on_finish: {
    description:
      'A shell command to run in the folder of this file when the sweep has ended, or commands for the ends of `sweep` and `trial`.',
    if: { type: 'object' },
    then: {
      properties: {
        sweep: command('Command for the end of a session of the sweep: finished, failed, interrupted or out of time.'),
        trial: command('Command for the end of each trial: completed, stopped or failed.'),
        timeout: {
          type: 'string',
          pattern: DURATION,
          default: '1m',
          description: 'Time after which a command is ended. Default 1m.',
        },
      },
      additionalProperties: false,
    },
    else: { type: 'string', minLength: 1 },
  },
};

const DEFAULT_TIMEOUT_MS = 60_000;

/** The commands of a valid sweep; `undefined` without any. */
export function onFinishOf({ on_finish: written }: Mapping): OnFinish | undefined {
  if (written === undefined || written === null) return undefined;
  if (typeof written === 'string') return { sweep: written, trial: undefined, timeoutMs: DEFAULT_TIMEOUT_MS };
  const { sweep, trial, timeout } = written as Readonly<Record<'sweep' | 'trial' | 'timeout', string | undefined>>;
  return { sweep, trial, timeoutMs: timeout === undefined ? DEFAULT_TIMEOUT_MS : durationMs(timeout) };
}
