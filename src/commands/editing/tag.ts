import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../../core/errors.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { annotationsJson } from '../../reporting/json/annotations-json.js';
import { dbOption, jsonOption, type OptionTable } from '../arguments/sweep-options.js';
import { trialArgument } from '../arguments/trial-argument.js';

interface TagArgs {
  readonly trial: TrialReference;
  readonly names: readonly string[];
  readonly remove: boolean;
  readonly json: boolean;
  readonly db: string;
}

export const tag: CommandModule<object, TagArgs> = {
  command: 'tag <trial> <names..>',
  describe: 'Add tags to a trial, for sweep show, top and sql',
  builder: (yargs) =>
    yargs
      .positional('trial', trialArgument)
      .positional('names', { string: true, array: true, describe: 'Tags' })
      .options(options)
      .example('$0 tag best shipped', 'The best trial')
      .example(
        `$0 sql "SELECT trial FROM trials WHERE list_contains(tags, 'shipped')"`,
        'All trials with a tag',
      ) as Argv<TagArgs>,
  handler: async ({ trial, names: words, remove, json, db }) => {
    const names = words.map((name) => name.trim());
    if (names.includes('')) throw new InputError('USAGE', 'a tag needs a letter');
    const { annotateTrial } = await import('../../session/editing/edit-results.js');
    const change = remove ? { removeTags: names } : { addTags: names };
    const tagged = await annotateTrial({ db, now: Date.now }, trial, change);
    const text = `trial ${tagged.trial}: ${tagged.tags.join(', ') || 'no tags'}\n`;
    process.stdout.write(json ? annotationsJson(tagged) : text);
  },
};

const options: OptionTable = {
  remove: { boolean: true, default: false, describe: 'Remove these tags' },
  ...jsonOption,
  ...dbOption,
};
