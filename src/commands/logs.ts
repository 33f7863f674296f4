import type { Argv, CommandModule } from 'yargs';
import { dbOption, wholeNumber } from './arguments/sweep-options.js';

interface LogsArgs {
  readonly trial: number;
  readonly follow: boolean;
  readonly db: string;
}

export const logs: CommandModule<object, LogsArgs> = {
  command: 'logs <trial>',
  describe: 'Print what the program of a trial printed',
  builder: (yargs) =>
    yargs
      .positional('trial', { type: 'number', describe: 'Number of the trial', coerce: wholeNumber('the trial', 1) })
      .options({
        follow: { alias: 'f', boolean: true, default: false, describe: 'Go on as it grows, until the trial ends' },
        ...dbOption,
      }) as unknown as Argv<LogsArgs>,
  handler: async ({ trial, follow, db }) => {
    const { readLogs } = await import('../session/reading/read-logs.js');
    for await (const bytes of readLogs(db, trial, follow)) {
      // Waits until the terminal or the pipe has taken them: a log may be larger than the memory.
      await new Promise((resolve) => process.stdout.write(bytes, resolve));
    }
  },
};
