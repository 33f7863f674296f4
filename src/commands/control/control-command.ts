import type { Argv, CommandModule } from 'yargs';
import type { ControlAction } from '../../core/trial/control.js';
import { dbOption, wholeNumber } from '../arguments/sweep-options.js';

export interface ControlArgs {
  readonly trial: number;
  readonly db: string;
}

/** A command that stops, pauses or cancels one trial of a running sweep. `done`: printed when the sweep has accepted it. */
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
    const { controlRunningTrial } = await import('../../session/control-running-trial.js');
    await controlRunningTrial(db, trial, action);
    process.stdout.write(`trial ${trial} ${done}\n`);
  },
});
