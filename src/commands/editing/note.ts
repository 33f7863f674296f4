import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../../core/errors.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { annotationsJson } from '../../reporting/json/annotations-json.js';
import { dbOption, jsonOption, type OptionTable } from '../arguments/sweep-options.js';
import { trialArgument } from '../arguments/trial-argument.js';

interface NoteArgs {
  readonly trial: TrialReference;
  readonly text: readonly string[];
  readonly remove: boolean;
  readonly json: boolean;
  readonly db: string;
}

export const note: CommandModule<object, NoteArgs> = {
  command: 'note <trial> [text..]',
  describe: 'Write a note about a trial, for sweep show, top and sql',
  builder: (yargs) =>
    yargs
      .positional('trial', trialArgument)
      .positional('text', { string: true, array: true, default: [], describe: 'The note; replaces an earlier one' })
      .options(options)
      .example('$0 note best "misses herons in fog"', 'About the best trial') as Argv<NoteArgs>,
  handler: async ({ trial, text, remove, json, db }) => {
    const written = text.join(' ').trim();
    if ((written === '') !== remove) {
      throw new InputError('USAGE', remove ? '--remove takes no text' : 'the note is empty', {
        hint: 'sweep note 7 "misses herons in fog" writes a note, sweep note 7 --remove removes it.',
      });
    }
    const { annotateTrial } = await import('../../session/editing/edit-results.js');
    const noted = await annotateTrial({ db, now: Date.now }, trial, { note: written });
    const line = `trial ${noted.trial}: ${noted.note ?? 'no note'}\n`;
    process.stdout.write(json ? annotationsJson(noted) : line);
  },
};

const options: OptionTable = {
  remove: { boolean: true, default: false, describe: 'Remove the note' },
  ...jsonOption,
  ...dbOption,
};
