import chalk from 'chalk';
import type { StatusReport } from '../core/results/sweep-status.js';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './arguments/plain-arguments.js';
import { dbOption, jsonOption } from './arguments/sweep-options.js';

interface StatusArgs {
  readonly sweep: string | undefined;
  readonly db: string;
  readonly json: boolean;
}

const takes: ArgumentTables = {
  positionals: { sweep: { type: 'string', describe: 'Name of a sweep [default: all]' } },
  options: { ...dbOption, ...jsonOption },
};

export const status: ReadingCommand<StatusArgs> = {
  command: 'status [sweep]',
  describe: 'Show the progress of the sweeps and the running trials',
  takes,
  builder: buildFrom(takes),
  handler: async ({ sweep, db, json }) => {
    const { readStatus } = await import('../session/reading/read-status.js');
    // The drawing code loads while the database is read.
    const [report, draw] = await Promise.all([readStatus(db, sweep), json ? jsonDrawing() : textDrawing(db)]);
    process.stdout.write(draw(report));
  },
};

type Drawing = (report: StatusReport) => string;

const jsonDrawing = async (): Promise<Drawing> => (await import('../reporting/json/status-json.js')).statusJson;

async function textDrawing(db: string): Promise<Drawing> {
  const { statusText } = await import('../reporting/terminal/text/status-text.js');
  return (report) => statusText(report, { db, now: Date.now(), style: chalk });
}
