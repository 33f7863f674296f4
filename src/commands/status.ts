import chalk from 'chalk';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './plain-arguments.js';
import { dbOption } from './sweep-options.js';

interface StatusArgs {
  readonly sweep: string | undefined;
  readonly db: string;
}

const takes: ArgumentTables = {
  positionals: { sweep: { type: 'string', describe: 'Name of a sweep [default: all]' } },
  options: dbOption,
};

export const status: ReadingCommand<StatusArgs> = {
  command: 'status [sweep]',
  describe: 'Show the progress of the sweeps and the running trials',
  takes,
  builder: buildFrom(takes),
  handler: async ({ sweep, db }) => {
    const [{ readStatus }, { statusText }] = await Promise.all([
      import('../session/reading/read-status.js'),
      import('../reporting/terminal/text/status-text.js'),
    ]);
    process.stdout.write(statusText(await readStatus(db, sweep), { db, now: Date.now(), style: chalk }));
  },
};
