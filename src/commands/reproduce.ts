import type { Argv, CommandModule } from 'yargs';
import { dbOption, wholeNumber } from './sweep-options.js';

interface ReproduceArgs {
  readonly trial: number;
  readonly db: string;
}

export const reproduce: CommandModule<object, ReproduceArgs> = {
  command: 'reproduce <trial>',
  describe: 'Run a trial again under its recorded conditions and compare it bit for bit',
  builder: (yargs) =>
    yargs
      .positional('trial', { type: 'number', describe: 'Number of the trial', coerce: wholeNumber('the trial', 1) })
      .options(dbOption) as Argv<ReproduceArgs>,
  handler: async ({ trial, db }) => {
    const { reproduceTrial } = await import('../session/reproducing/reproduce-trial.js');
    const verdict = await reproduceTrial(db, trial, (line) => process.stdout.write(`${line}\n`));
    if (verdict === undefined) return void (process.exitCode = 130);
    process.stdout.write(`${verdict.lines.join('\n')}\n`);
    process.exitCode = verdict.holds ? 0 : 1;
  },
};
