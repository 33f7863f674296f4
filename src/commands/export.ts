import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { EXPORT_FORMATS, type ExportFormat } from '../trainer/results/messages.js';
import { dbOption, wholeNumber, type OptionTable } from './sweep-options.js';

interface ExportArgs {
  readonly trial: number;
  readonly to: string;
  readonly format: ExportFormat;
  readonly force: boolean;
  readonly db: string;
}

export const exportCommand: CommandModule<object, ExportArgs> = {
  command: 'export <trial>',
  describe: 'Write a trial’s model for TensorFlow.js or TensorFlow, with labels and preprocessing',
  builder: (yargs) =>
    yargs
      .positional('trial', { type: 'number', describe: 'Number of the trial', coerce: wholeNumber('the trial', 1) })
      .options(options)
      .example('$0 export 3 --to birds-model', 'For tf.loadGraphModel, in browsers and in Node')
      .example('$0 export 3 --to birds-model --format savedmodel', 'For Python') as Argv<ExportArgs>,
  handler: async ({ trial, to, format, force, db }) => {
    const [{ findKeptModel }, { askModel }, { VERSION }] = await Promise.all([
      import('../session/models/kept-model.js'),
      import('../session/models/results-process.js'),
      import('../session/version.js'),
    ]);
    const { checkpoint, epoch, best, title } = await findKeptModel(db, trial);
    const request = { type: 'export', checkpoint, format, to: resolve(to), force, title } as const;
    // Tracing computes one image: the CPU is always there, and the graph is the same.
    await askModel({ ...request, generator: `sweepwright ${VERSION}` }, { kind: 'cpu', index: 0 }, (reply) => {
      if (reply.type !== 'exported') return;
      const which = best ? `its best epoch, ${epoch}` : `epoch ${epoch}, the last (that of its best is not kept)`;
      process.stdout.write(`${title}, ${which}: ${reply.files.length} files in ${resolve(to)}\n`);
    });
  },
};

const options: OptionTable = {
  to: { string: true, requiresArg: true, demandOption: true, describe: 'Folder to make' },
  format: {
    choices: EXPORT_FORMATS,
    default: 'tfjs',
    describe: 'tfjs: a graph model of TensorFlow.js; savedmodel: TensorFlow’s own',
  },
  force: { boolean: true, default: false, describe: 'Replace the folder where it holds something' },
  ...dbOption,
};
