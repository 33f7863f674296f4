import { writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import type { OptionTable } from './sweep-options.js';
import { wholeNumber } from './sweep-options.js';

interface AugmentPreviewArgs {
  readonly path: string;
  readonly augment: string | undefined;
  readonly output: string;
  readonly count: number;
}

export const augmentPreview: CommandModule<object, AugmentPreviewArgs> = {
  command: 'augment-preview <path>',
  describe: 'Draw what augmentation makes of images, as a PNG',
  builder: (yargs) =>
    yargs
      .positional('path', { string: true, demandOption: true, describe: 'Sweep file, or dataset' })
      .options(options) as Argv<AugmentPreviewArgs>,
  handler: async ({ path, augment, output, count }) => {
    const [{ previewSubject }, { previewAugmentation }] = await Promise.all([
      import('../session/preview-subject.js'),
      import('../trainer/data/preview/preview-augmentation.js'),
    ]);
    const subject = await previewSubject(path, augment);
    const warn = (message: string): void => void process.stderr.write(`${message}\n`);
    const title = `${basename(path, extname(path))}: ${subject.name}`;
    await write(output, await previewAugmentation({ ...subject, epochs: count, title, warn }));
    process.stdout.write(`${resolve(output)}\n`);
  },
};

const options: OptionTable = {
  augment: {
    string: true,
    requiresArg: true,
    describe: "none, light, medium, strong, randaugment, or a list in JSON; else the sweep file's, or medium",
  },
  output: { alias: 'o', string: true, requiresArg: true, default: 'augment-preview.png', describe: 'Where to write' },
  count: { number: true, requiresArg: true, default: 8, describe: 'Epochs to show', coerce: wholeNumber('--count', 1) },
};

async function write(path: string, content: Buffer): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (cause) {
    throw new InputError('FILE_UNWRITABLE', `${path} cannot be written`, {
      hint: 'Name a folder that is there and yours.',
      cause,
    });
  }
}
