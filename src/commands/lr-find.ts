import type { Argv, CommandModule } from 'yargs';
import { dbOption, sweepFileOptions, sweepOptions, type OptionTable, type SweepFileArgs } from './sweep-options.js';

export type LrFindArgs = SweepFileArgs & {
  readonly backbone: string | undefined;
  readonly svg: string | undefined;
  readonly db: string;
  readonly devices: readonly string[] | undefined;
  readonly verbose: boolean;
};

export const lrFind: CommandModule<object, LrFindArgs> = {
  command: 'lr-find <file>',
  describe: 'Look for the learning rate of a sweep file in a range test, and draw its curve',
  builder: (yargs) =>
    yargs
      .positional('file', { string: true, describe: 'Sweep file, YAML or JSON' })
      .options(options)
      .example('$0 lr-find birds.yaml', 'One test for each backbone of the file')
      .example(
        '$0 lr-find birds.yaml --backbone b3 --svg b3.svg',
        'For b3 alone, also as a picture',
      ) as Argv<LrFindArgs>,
  handler: async (args) => {
    const { runLrFind } = await import('../session/range-tests/run-lr-find.js');
    process.exitCode = await runLrFind(args);
  },
};

const options: OptionTable = {
  backbone: { string: true, requiresArg: true, describe: "This one in place of the file's" },
  svg: { string: true, requiresArg: true, describe: 'Also draw the curves into this file' },
  ...sweepFileOptions,
  devices: sweepOptions['devices']!,
  ...dbOption,
  verbose: sweepOptions['verbose']!,
};
