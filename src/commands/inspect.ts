import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import { printable } from '../core/printable.js';
import { formatCount, formatCounted } from '../core/format.js';
import type { TableReading } from '../core/trainer/table-reading.js';
import type { DatasetReport } from '../session/inspect-dataset.js';
import { shellCommand } from './shell-command.js';
import { jsonOption, type OptionTable } from './arguments/sweep-options.js';
import { readingOf, tableOptions } from './arguments/table-options.js';
import { writeOutput } from './write-output.js';

interface InspectArgs extends TableReading {
  readonly path: string;
  readonly html: string | undefined;
  readonly init: string | undefined;
  readonly json: boolean;
}

export const inspect: CommandModule<object, InspectArgs> = {
  command: 'inspect <path>',
  describe: 'Show what is in a dataset: classes, sizes, duplicates, corrupt files, and advice for a sweep file',
  builder: (yargs) =>
    yargs
      .positional('path', { string: true, demandOption: true, describe: 'Dataset, as in a sweep file' })
      .options(inspectOptions) as Argv<InspectArgs>,
  handler: async (args) => {
    const [{ withDatasetReport }, { progressLine }] = await Promise.all([
      import('../session/inspect-dataset.js'),
      import('../reporting/terminal/live/progress-line.js'),
    ]);
    const line = progressLine({ stream: process.stderr, now: Date.now });
    const request = {
      path: args.path,
      reading: readingOf(args),
      warn: (message: string) => line.say(printable(message)),
      progress: (done: number, total: number) =>
        done < total ? line.show(`${formatCount(done)} of ${formatCounted(total, 'image')}`) : line.end(),
    };
    try {
      await withDatasetReport(request, (report) => print(report, args));
    } finally {
      line.end();
    }
  },
};

async function print(report: DatasetReport, { json, html, init }: InspectArgs): Promise<void> {
  const { inspection, advice } = report;
  if (json) process.stdout.write(`${JSON.stringify({ ...inspection, advice }, null, 2)}\n`);
  else {
    const { inspectText } = await import('../reporting/terminal/text/inspect-text.js');
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    process.stdout.write(inspectText(inspection, advice, { columns, style: chalk }));
  }
  if (html !== undefined) {
    const [{ inspectionPage }, { picturesOnPage }] = await Promise.all([
      import('../reporting/pages/inspection-page.js'),
      import('../reporting/pages/inspection-pictures.js'),
    ]);
    const pictures = await report.thumbnails(picturesOnPage(inspection));
    await write(html, inspectionPage(inspection, advice, pictures), 'w');
  }
  if (init === undefined) return;
  await write(init, report.starter(init), 'wx');
  const { missingWeights } = report;
  const next = [
    ...(missingWeights === undefined ? [] : [['weights', 'fetch', missingWeights]]),
    ['plan', init],
    ['run', init],
  ];
  process.stderr.write(`next:\n${next.map((words) => `  ${shellCommand('sweep', ...words)}\n`).join('')}`);
}

const inspectOptions: OptionTable = {
  html: {
    string: true,
    requiresArg: true,
    describe: 'Also write a report with pictures, as one HTML file',
  },
  init: { string: true, requiresArg: true, describe: 'Also write a sweep file to start with' },
  ...tableOptions,
  ...jsonOption,
};

/** Writes a file and prints its path. `wx`: an existing file is an error. */
async function write(path: string, content: string, flag: 'w' | 'wx'): Promise<void> {
  await writeOutput(path, content, flag);
  process.stderr.write(`wrote ${path}\n`);
}
