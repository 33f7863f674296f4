import type { Argv, CommandModule } from 'yargs';
import { sweepOptions, type SweepArgs } from './arguments/sweep-options.js';

type ResumeArgs = SweepArgs & { readonly sweep: string | undefined };

export const resume: CommandModule<object, ResumeArgs> = {
  command: 'resume [sweep]',
  describe: 'Continue a sweep: run its unfinished trials',
  builder: (yargs) =>
    yargs
      .positional('sweep', { string: true, describe: 'Name of the sweep [default: the one that ran last]' })
      .options(sweepOptions)
      .example('$0 resume', 'Continue the sweep that ran last')
      .example('$0 resume birds --retry-failed', 'Also run failed trials again') as Argv<ResumeArgs>,
  handler: async ({ sweep: name, ...args }) => {
    const [{ loadStoredSweep }, { runOnTerminal }] = await Promise.all([
      import('../session/planning/planned-sweep.js'),
      import('./run-on-terminal.js'),
    ]);
    const { sweep, source } = await loadStoredSweep(args.db, name);
    process.exitCode = await runOnTerminal(sweep, source, { ...args, fresh: false });
  },
};
