import type { Argv, CommandModule } from 'yargs';
import type { ControlAction } from '../core/control.js';
import { dbOption, wholeNumber } from './sweep-options.js';

export interface ControlArgs {
  readonly trial: number;
  readonly db: string;
}

/** A command that asks something of one trial of a running sweep. `done` is said once the sweep has taken it. */
export const controlCommand = (
  action: ControlAction,
  { describe, done }: { readonly describe: string; readonly done: string },
): CommandModule<object, ControlArgs> => ({
  command: `${action} <trial>`,
  describe,
  builder: (yargs) =>
    yargs
      .positional('trial', { number: true, describe: 'Number of the trial', coerce: wholeNumber('the trial', 1) })
      .options(dbOption) as Argv<ControlArgs>,
  handler: async ({ trial, db }) => {
    const { controlTrial } = await import('../store/endpoint/control-client.js');
    await controlTrial(db, trial, action);
    process.stdout.write(`trial ${trial} ${done}\n`);
  },
});
