import { resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { wholeNumber, type OptionTable } from './arguments/sweep-options.js';
import { writeOutput } from './write-output.js';

interface AugmentPreviewArgs {
  readonly path: string;
  readonly augment: string | undefined;
  readonly output: string;
  readonly count: number;
}

export const augmentPreview: CommandModule<object, AugmentPreviewArgs> = {
  command: 'augment-preview <path>',
  describe: 'Draw what augmentation does to images, as a PNG',
  builder: (yargs) =>
    yargs
      .positional('path', { string: true, demandOption: true, describe: 'Sweep file or dataset' })
      .options(options) as Argv<AugmentPreviewArgs>,
  handler: async ({ path, augment, output, count }) => {
    const { drawPreview } = await import('../session/draw-preview.js');
    const warn = (message: string): void => void process.stderr.write(`${message}\n`);
    await writeOutput(output, await drawPreview(path, { augment, epochs: count, warn }));
    process.stdout.write(`${resolve(output)}\n`);
  },
};

const options: OptionTable = {
  augment: {
    string: true,
    requiresArg: true,
    describe: "none, light, medium, strong, randaugment, or a JSON list [default: the sweep file's, else medium]",
  },
  output: { alias: 'o', string: true, requiresArg: true, default: 'augment-preview.png', describe: 'File to write' },
  count: { number: true, requiresArg: true, default: 8, describe: 'Epochs to show', coerce: wholeNumber('--count', 1) },
};
