import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { dbOption } from './sweep-options.js';

interface StatusArgs {
  readonly sweep: string | undefined;
  readonly db: string;
}

export const status: CommandModule<object, StatusArgs> = {
  command: 'status [sweep]',
  describe: 'Show how far the sweeps are, and what trains right now',
  builder: (yargs) =>
    yargs
      .positional('sweep', { string: true, describe: 'Name of a sweep [default: all]' })
      .options(dbOption) as Argv<StatusArgs>,
  handler: async ({ sweep, db }) => {
    const [{ connect }, { statusText }] = await Promise.all([
      import('../store/connect.js'),
      import('./status-text.js'),
    ]);
    const reader = await connect(db);
    try {
      process.stdout.write(await statusText(reader, { sweep, db, now: Date.now(), style: chalk }));
    } finally {
      await reader.close();
    }
  },
};
