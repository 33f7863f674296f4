import { resolve } from 'node:path';
import chalk from 'chalk';
import type { Argv, CommandModule } from 'yargs';
import type { FoundRates } from '../session/range-tests/run-lr-find.js';
import { processSurroundings } from './surroundings.js';
import {
  dbOption,
  jsonOption,
  sweepFileOptions,
  sweepOptions,
  type OptionTable,
  type SweepFileArgs,
} from './arguments/sweep-options.js';
import { writeOutput } from './write-output.js';

type LrFindArgs = SweepFileArgs & {
  readonly backbone: string | undefined;
  readonly svg: string | undefined;
  readonly db: string;
  readonly devices: readonly string[] | undefined;
  readonly verbose: boolean;
  readonly json: boolean;
};

export const lrFind: CommandModule<object, LrFindArgs> = {
  command: 'lr-find <file>',
  describe: 'Find the learning rate of a sweep file by a range test, and draw its curve',
  builder: (yargs) =>
    yargs
      .positional('file', { string: true, describe: 'Sweep file, YAML or JSON' })
      .options(options)
      .example('$0 lr-find birds.yaml', 'One test for each backbone of the file')
      .example(
        '$0 lr-find birds.yaml --backbone b3 --svg b3.svg',
        'For b3 alone, with its curve as an SVG',
      ) as Argv<LrFindArgs>,
  handler: async ({ file, set: overrides, svg, json, ...args }) => {
    const [{ runLrFind }, { lrFindProgress }, { lrFindText }, { lrFindJson }] = await Promise.all([
      import('../session/range-tests/run-lr-find.js'),
      import('../reporting/terminal/live/lr-find-progress.js'),
      import('../reporting/terminal/text/lr-find-text.js'),
      import('../reporting/json/lr-find-json.js'),
    ]);
    const progress = lrFindProgress(process.stderr, Date.now);
    const found = await runLrFind({ file, overrides }, args, { ...processSurroundings, progress });
    if (found === undefined) return void (process.exitCode = 130);
    const text = json ? lrFindJson(found.finds) : found.finds.map((find) => lrFindText(find, chalk)).join('\n');
    process.stdout.write(text);
    if (svg !== undefined) await writeSvg(svg, found);
  },
};

const options: OptionTable = {
  backbone: { string: true, requiresArg: true, describe: "Test only this backbone, instead of the file's" },
  svg: { string: true, requiresArg: true, describe: 'Also draw the curves into this file' },
  ...sweepFileOptions,
  devices: sweepOptions['devices']!,
  ...dbOption,
  ...jsonOption,
  verbose: sweepOptions['verbose']!,
};

async function writeSvg(path: string, { name, finds }: FoundRates): Promise<void> {
  const [{ drawLrFinds }, { lrFindMarks, withoutEnd }] = await Promise.all([
    import('../reporting/charts/lr-find-svg.js'),
    import('../reporting/terminal/text/lr-find-text.js'),
  ]);
  const panels = finds.map((find) => ({
    title: `${name}: ${find.backbone}`,
    points: withoutEnd(find.points),
    marks: lrFindMarks(find),
  }));
  await writeOutput(path, drawLrFinds(panels));
  process.stderr.write(`\nwrote ${resolve(path)}\n`);
}
