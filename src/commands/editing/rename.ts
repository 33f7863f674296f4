import type { Argv, CommandModule } from 'yargs';
import { dbOption } from '../arguments/sweep-options.js';

interface RenameArgs {
  readonly sweep: string;
  readonly name: string;
  readonly db: string;
}

export const rename: CommandModule<object, RenameArgs> = {
  command: 'rename <sweep> <name>',
  describe: 'Give a sweep another name',
  builder: (yargs) =>
    yargs
      .positional('sweep', { type: 'string', describe: 'Name of the sweep' })
      .positional('name', { type: 'string', describe: 'Its new name' })
      .options(dbOption) as Argv<RenameArgs>,
  handler: async ({ sweep, name, db }) => {
    const { renameSweep } = await import('../../session/editing/edit-results.js');
    await renameSweep({ db, now: Date.now }, sweep, name);
    process.stdout.write(
      `${sweep} is called ${name} now; sweep resume continues it.\n` +
        `Write \`name: ${name}\` into its file: without it, sweep run starts a new sweep named ${sweep}.\n`,
    );
  },
};
