import type { Argv, CommandModule } from 'yargs';
import { resultFolders, sweepOptions, type SweepArgs } from './sweep-options.js';

type ResumeArgs = SweepArgs & { readonly sweep: string | undefined };

export const resume: CommandModule<object, ResumeArgs> = {
  command: 'resume [sweep]',
  describe: 'Finish what a sweep declares and has not done',
  builder: (yargs) =>
    yargs
      .positional('sweep', { string: true, describe: 'Name of the sweep [default: the one that ran last]' })
      .options(sweepOptions)
      .example('$0 resume', 'Go on with the sweep that ran last')
      .example('$0 resume birds --retry-failed', 'Also run again what has failed') as Argv<ResumeArgs>,
  handler: async ({ sweep: name, ...options }) => {
    const [{ findSweep }, { replanSweep }, { runSweep }] = await Promise.all([
      import('../store/reading/find-sweep.js'),
      import('../session/planning/planned-sweep.js'),
      import('../session/running/run-sweep.js'),
    ]);
    const stored = await findSweep(options.db, name);
    const sweep = await replanSweep(stored, resultFolders(options.db).cacheDir);
    process.exitCode = await runSweep(
      sweep,
      { file: stored.definitionPath, overrides: stored.overrides },
      { ...options, fresh: false },
    );
  },
};
