import chalk from 'chalk';
import type { CommandModule } from 'yargs';
import { dbOption, wholeNumber, type OptionTable } from './arguments/sweep-options.js';

interface ReplayArgs {
  readonly sweep: string | undefined;
  readonly rule: readonly string[];
  readonly slots: number;
  readonly json: boolean;
  readonly db: string;
}

const options: OptionTable = {
  rule: {
    array: true,
    string: true,
    requiresArg: true,
    default: [],
    describe: 'Rule with its settings: median, asha:eta=3,min_iter=2 [default: one of each kind]',
  },
  slots: {
    number: true,
    requiresArg: true,
    default: 1,
    describe: 'Trials at a time',
    coerce: wholeNumber('--slots', 1),
  },
  ...dbOption,
  json: { boolean: true, default: false, describe: 'Print one JSON object' },
};

export const replay: CommandModule<object, ReplayArgs> = {
  command: 'replay [sweep]',
  describe: 'Show what stopping rules would have saved and lost on the completed trials of a sweep',
  builder: (yargs) =>
    yargs
      .positional('sweep', { string: true, describe: 'Name of the sweep [default: the one that ran last]' })
      .options(options)
      .example('$0 replay birds --rule asha:eta=3 --rule median', 'Compare two rules') as never,
  handler: async ({ sweep, rule: rules, slots, json, db }) => {
    const { replayRules } = await import('../session/reading/replay-rules.js');
    const replays = await replayRules({ db, sweep, rules, slots });
    if (json) return void process.stdout.write(`${JSON.stringify(replays, null, 2)}\n`);
    const { replayText } = await import('../reporting/terminal/text/replay-text.js');
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    process.stdout.write(replayText(replays, { columns, style: chalk }));
  },
};
