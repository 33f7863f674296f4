import type { Argv, CommandModule } from 'yargs';
import type { TrialReference } from '../core/trial/trial-reference.js';
import { processSurroundings } from './surroundings.js';
import { dbOption, jsonOption, type OptionTable } from './arguments/sweep-options.js';
import { trialArgument } from './arguments/trial-argument.js';

interface ReproduceArgs {
  readonly trial: TrialReference;
  readonly db: string;
  readonly json: boolean;
}

export const reproduce: CommandModule<object, ReproduceArgs> = {
  command: 'reproduce <trial>',
  describe: 'Run a trial again under its recorded conditions and compare it bit for bit',
  builder: (yargs) => yargs.positional('trial', trialArgument).options(options) as Argv<ReproduceArgs>,
  handler: async ({ trial, db, json }) => {
    const [{ reproduceTrial }, { verdictOn }, { reproductionJson }] = await Promise.all([
      import('../session/reproducing/reproduce-trial.js'),
      import('../reporting/terminal/text/reproduction-text.js'),
      import('../reporting/json/reproduction-json.js'),
    ]);
    const reproduction = await reproduceTrial(db, trial, {
      ...processSurroundings,
      onEpoch: ({ epoch, epochs, isIdentical }) =>
        (json ? process.stderr : process.stdout).write(
          `epoch ${epoch} of ${epochs}: ${isIdentical ? 'identical' : 'different'}\n`,
        ),
    });
    if (reproduction === undefined) return void (process.exitCode = 130);
    const verdict = verdictOn(reproduction);
    process.stdout.write(json ? reproductionJson(reproduction) : `${verdict.lines.join('\n')}\n`);
    process.exitCode = verdict.holds ? 0 : 1;
  },
};

const options: OptionTable = { ...dbOption, ...jsonOption };
