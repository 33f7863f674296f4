import type { Argv, CommandModule } from 'yargs';
import { EXPORT_FORMATS, type ExportFormat } from '../core/trainer/export-format.js';
import type { TrialReference } from '../core/trial/trial-reference.js';
import { formatCounted } from '../core/format.js';
import { dbOption, jsonOption, type OptionTable } from './arguments/sweep-options.js';
import { trialArgument } from './arguments/trial-argument.js';

interface ExportArgs {
  readonly trial: TrialReference;
  readonly to: string;
  readonly format: ExportFormat;
  readonly force: boolean;
  readonly json: boolean;
  readonly db: string;
}

export const exportCommand: CommandModule<object, ExportArgs> = {
  command: 'export <trial>',
  describe: 'Write a trial’s model for TensorFlow.js or TensorFlow, with labels and preprocessing',
  builder: (yargs) =>
    yargs
      .positional('trial', trialArgument)
      .options(options)
      .example('$0 export best --to birds-model', 'For tf.loadGraphModel, in browsers and in Node')
      .example('$0 export 3 --to birds-model --format savedmodel', 'For Python') as Argv<ExportArgs>,
  handler: async ({ trial, to, format, force, json, db }) => {
    const { exportModel } = await import('../session/models/export-model.js');
    const exported = await exportModel({ db, trial, to, format, force });
    const { title, epoch, best, folder, files } = exported;
    if (json) {
      const { jsonText } = await import('../reporting/json/json-text.js');
      const { trial: number } = exported;
      return void process.stdout.write(jsonText({ trial: number, epoch, best, format, folder, files }));
    }
    const which = best ? `its best epoch, ${epoch}` : `epoch ${epoch}, the last one (the best one is not kept)`;
    process.stdout.write(`${title}, ${which}: ${formatCounted(files.length, 'file')} in ${folder}\n`);
  },
};

const options: OptionTable = {
  to: { string: true, requiresArg: true, demandOption: true, describe: 'Folder to create' },
  format: {
    choices: EXPORT_FORMATS,
    default: 'tfjs',
    describe: 'tfjs: a TensorFlow.js graph model; savedmodel: a TensorFlow SavedModel',
  },
  force: { boolean: true, default: false, describe: 'Replace the folder if it is not empty' },
  ...jsonOption,
  ...dbOption,
};
