import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import chalk from 'chalk';
import type { QueryResult } from '../core/results/query-result.js';
import { InputError } from '../core/errors.js';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './arguments/plain-arguments.js';
import { dbOption } from './arguments/sweep-options.js';

const FORMATS = ['table', 'csv', 'json', 'jsonl', 'parquet'] as const;

interface SqlArgs {
  readonly query: string;
  readonly format: (typeof FORMATS)[number];
  readonly json: boolean;
  readonly output: string | undefined;
  readonly db: string;
}

const takes: ArgumentTables = {
  positionals: { query: { type: 'string', describe: 'One SELECT; docs/views.md lists the views' } },
  options: {
    json: { boolean: true, default: false, describe: 'Short for --format json' },
    format: { alias: 'f', choices: FORMATS, default: 'table', describe: 'How to print the rows' },
    output: {
      alias: 'o',
      string: true,
      requiresArg: true,
      describe: 'Write to this file; it is replaced only when all rows are written',
    },
    ...dbOption,
  },
};

export const sql: ReadingCommand<SqlArgs> = {
  command: 'sql <query>',
  describe: 'Query the results, also while a sweep runs',
  takes,
  builder: (yargs) =>
    buildFrom<SqlArgs>(takes)(yargs)
      .example('$0 sql "SELECT * FROM leaderboard LIMIT 5"', 'The best trials')
      .example('$0 sql "FROM curves" --format parquet -o curves.parquet', 'All curves, for a notebook'),
  handler: async ({ query, json, output, db, ...args }) => {
    const format = json ? 'json' : args.format;
    if (format === 'parquet' && output === undefined) {
      throw new InputError('USAGE', 'Parquet is a binary format and cannot be printed', {
        hint: 'Name a file: -o results.parquet',
      });
    }
    const { withUserReader } = await import('../session/reading/with-user-reader.js');
    await withUserReader(db, async (reader) => print(await reader.query(query), format, output), endAtOnce);
  },
};

async function print(result: QueryResult, format: SqlArgs['format'], output: string | undefined): Promise<void> {
  if (format === 'table') return printTable(result, output);
  const { resultText, writeResult } = await import('../session/reading/write-rows.js');
  if (output !== undefined) return writeResult(result, format, output);
  if (format === 'parquet') return;
  // Waits for the program that reads: a result may be larger than memory.
  await pipeline(Readable.from(resultText(result, format)), process.stdout, { end: false });
}

async function printTable(result: QueryResult, output: string | undefined): Promise<void> {
  const { resultTable } = await import('../reporting/terminal/tables/result-table.js');
  const columns = output === undefined && process.stdout.isTTY ? process.stdout.columns : undefined;
  const text = await resultTable(result, { columns, style: chalk });
  if (output === undefined) return void process.stdout.write(text);
  const { writeTextAtomically } = await import('../session/reading/write-rows.js');
  await writeTextAtomically(output, text);
}

/** Without a normal exit, which would wait for the call into DuckDB that is under way. */
function endAtOnce(): void {
  process.stderr.write('error the query needs too much memory\n');
  process.kill(process.pid, 'SIGKILL');
}
