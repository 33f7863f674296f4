import type { Argv, CommandModule } from 'yargs';
import {
  sweepFileOptions,
  sweepOptions,
  type OptionTable,
  type SweepArgs,
  type SweepFileArgs,
} from './arguments/sweep-options.js';

type RunArgs = SweepFileArgs & SweepArgs & { readonly dryRun: boolean; readonly fresh: boolean };

export const run: CommandModule<object, RunArgs> = {
  command: 'run <file>',
  describe: 'Run a sweep file, or continue it where it stopped',
  builder: (yargs) =>
    yargs
      .positional('file', { string: true, describe: 'Sweep file, YAML or JSON' })
      .options(runOptions)
      .example('$0 run sweeps/quickstart.yaml', 'Run it, or continue it')
      .example('$0 run birds.yaml --set epochs=3 --devices gpu:0,gpu:1', 'Three epochs, on two GPUs') as Argv<RunArgs>,
  handler: async ({ file, set: overrides, dryRun, ...args }) => {
    const { loadSweep } = await import('../session/planning/planned-sweep.js');
    const sweep = await loadSweep(file, overrides, args.db);
    if (dryRun) {
      const { printCommands, printPlan } = await import('./plan.js');
      await printPlan(sweep, args);
      return args.json ? undefined : printCommands(sweep);
    }
    const { runOnTerminal } = await import('./run-on-terminal.js');
    process.exitCode = await runOnTerminal(sweep, { file, overrides }, args);
  },
};

const runOptions: OptionTable = {
  ...sweepFileOptions,
  ...sweepOptions,
  fresh: {
    boolean: true,
    default: false,
    describe: 'Train everything again: use no result and no checkpoint of earlier trials',
  },
  'dry-run': {
    boolean: true,
    default: false,
    describe: 'Check the file and show its plan, and the command lines of a program; run nothing',
  },
};
