import type { Argv, CommandModule } from 'yargs';
import { jsonText } from '../../reporting/json/json-text.js';
import { dbOption, jsonOption, type OptionTable } from '../arguments/sweep-options.js';
import { confirm } from './confirm.js';

interface DeleteArgs {
  readonly what: string;
  readonly yes: boolean;
  readonly json: boolean;
  readonly db: string;
}

export const deleteCommand: CommandModule<object, DeleteArgs> = {
  command: 'delete <what>',
  describe: 'Delete a sweep or a trial, with its results and checkpoints',
  builder: (yargs) =>
    yargs
      .positional('what', { type: 'string', describe: 'Name of a sweep, or number of a trial' })
      .options(options)
      .example('$0 delete birds', 'The sweep, and the trials that no other sweep has')
      .example('$0 delete 17', 'One trial') as Argv<DeleteArgs>,
  handler: async ({ what, yes, json, db }) => {
    const [{ deleteResults }, { deletedText, deletionText }] = await Promise.all([
      import('../../session/editing/delete-results.js'),
      import('../../reporting/terminal/text/deletion-text.js'),
    ]);
    const deleted = await deleteResults({
      ...{ db, target: what, now: Date.now },
      confirm: async (deletion) => {
        process.stderr.write(deletionText(deletion));
        return yes || confirm('Delete?');
      },
    });
    if (deleted === undefined) return void (process.exitCode = 1);
    process.stdout.write(json ? jsonText({ ...deleted, sweep: deleted.sweep ?? null }) : deletedText(deleted));
  },
};

const options: OptionTable = {
  yes: { alias: 'y', boolean: true, default: false, describe: 'Delete without a question' },
  ...jsonOption,
  ...dbOption,
};
