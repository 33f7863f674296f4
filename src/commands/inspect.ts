import { writeFile } from 'node:fs/promises';
import { basename, dirname, parse, relative, resolve } from 'node:path';
import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { InputError } from '../core/errors.js';
import type { TableReading } from '../trainer/data/table/table-reading.js';
import type { OptionTable } from './sweep-options.js';

interface InspectArgs extends TableReading {
  readonly path: string;
  readonly html: string | undefined;
  readonly init: string | undefined;
  readonly json: boolean;
}

export const inspect: CommandModule<object, InspectArgs> = {
  command: 'inspect <path>',
  describe: 'Look at a dataset before choosing: classes, sizes, duplicates, corrupt files, and advice',
  builder: (yargs) =>
    yargs
      .positional('path', { string: true, demandOption: true, describe: 'Dataset, as in a sweep file' })
      .options(inspectOptions) as Argv<InspectArgs>,
  handler: async (args) => {
    const [{ inspectDataset }, { advise }, { inspectText }] = await Promise.all([
      import('../trainer/data/inspect/inspect-dataset.js'),
      import('../trainer/data/inspect/advice.js'),
      import('../reporting/terminal/inspect-text.js'),
    ]);
    const path = resolve(args.path);
    const reading = readingOf(args);
    const inspected = await inspectDataset({
      path,
      reading,
      split: { seed: 0, validationSplit: 0.2 },
      warn: (message) => process.stderr.write(`${message}\n`),
      progress: showProgress(),
    });
    try {
      const { inspection } = inspected;
      const advice = advise(inspection);
      if (args.json) process.stdout.write(`${JSON.stringify({ ...inspection, advice }, null, 2)}\n`);
      else {
        const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
        process.stdout.write(inspectText(inspection, advice, { columns, style: chalk }));
      }
      if (args.html !== undefined) {
        const { inspectionPage } = await import('../trainer/data/inspect/inspection-page.js');
        await write(args.html, await inspectionPage(inspected, advice), 'w');
      }
      if (args.init !== undefined) {
        const { starterFile } = await import('../trainer/data/inspect/starter-file.js');
        const name = parse(basename(path)).name;
        const dataset = relative(dirname(resolve(args.init)), path) || '.';
        await write(args.init, starterFile({ name, dataset, reading, advice }), 'wx');
      }
    } finally {
      inspected.close();
    }
  },
};

const inspectOptions: OptionTable = {
  html: {
    string: true,
    requiresArg: true,
    describe: 'Also write a report with pictures: one file, nothing loaded from elsewhere',
  },
  init: { string: true, requiresArg: true, describe: 'Also write a sweep file to begin with' },
  'image-column': { string: true, requiresArg: true, describe: 'Column of a table with the images' },
  'label-column': { string: true, requiresArg: true, describe: 'Column of a table with the classes' },
  'image-root': { string: true, requiresArg: true, describe: 'Where the paths of a table start' },
  'label-separator': { string: true, requiresArg: true, describe: 'What stands between several labels of an image' },
  'group-column': { string: true, requiresArg: true, describe: 'Column of a table that keeps images together' },
  'split-column': { string: true, requiresArg: true, describe: 'Column of a table that says what trains' },
  json: { boolean: true, default: false, describe: 'Print one JSON object' },
};

const readingOf = (args: InspectArgs): TableReading => ({
  imageColumn: args.imageColumn,
  labelColumn: args.labelColumn,
  imageRoot: args.imageRoot,
  labelSeparator: args.labelSeparator,
  groupColumn: args.groupColumn,
  splitColumn: args.splitColumn,
});

/** A line that is written over, where somebody watches. */
function showProgress(): (done: number, total: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  let shownAt = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - shownAt < 100 && done < total) return;
    shownAt = now;
    process.stderr.write(done < total ? `\r${done} of ${total} images` : '\r\x1b[K');
  };
}

/** Says where a file was written; one that is there is never overwritten with `wx`. */
async function write(path: string, content: string, flag: 'w' | 'wx'): Promise<void> {
  try {
    await writeFile(path, content, { flag });
    process.stderr.write(`wrote ${path}\n`);
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new InputError(
      isThere ? 'FILE_EXISTS' : 'FILE_UNWRITABLE',
      isThere ? `${path} is there already` : `${path} cannot be written`,
      { hint: isThere ? 'Name another file, or move this one away.' : 'Name a folder that is there and yours.', cause },
    );
  }
}
