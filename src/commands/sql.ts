import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import chalk from 'chalk';
import type { QueryResult } from '../core/results/query-result.js';
import { InputError } from '../core/errors.js';
import { buildFrom, type ArgumentTables, type ReadingCommand } from './plain-arguments.js';
import { dbOption } from './sweep-options.js';

const FORMATS = ['table', 'csv', 'json', 'jsonl', 'parquet'] as const;

interface SqlArgs {
  readonly query: string;
  readonly format: (typeof FORMATS)[number];
  readonly output: string | undefined;
  readonly db: string;
}

const takes: ArgumentTables = {
  positionals: { query: { type: 'string', describe: 'One SELECT; docs/views.md lists what there is' } },
  options: {
    format: { alias: 'f', choices: FORMATS, default: 'table', describe: 'How to print the rows' },
    output: { alias: 'o', string: true, requiresArg: true, describe: 'Write to this file, whole or not at all' },
    ...dbOption,
  },
};

export const sql: ReadingCommand<SqlArgs> = {
  command: 'sql <query>',
  describe: 'Ask the results anything, also while a sweep runs',
  takes,
  builder: (yargs) =>
    buildFrom<SqlArgs>(takes)(yargs)
      .example('$0 sql "SELECT * FROM leaderboard LIMIT 5"', 'The best trials')
      .example('$0 sql "FROM curves" --format parquet -o curves.parquet', 'All curves, for a notebook'),
  handler: async ({ query, format, output, db }) => {
    if (format === 'parquet' && output === undefined) {
      throw new InputError('USAGE', 'parquet is no text for a terminal', { hint: 'Name a file: -o results.parquet' });
    }
    const { connect } = await import('../store/reading/connect.js');
    const reader = await connect(db);
    try {
      await print(await reader.query(query), format, output);
    } finally {
      await reader.close();
    }
  },
};

async function print(result: QueryResult, format: SqlArgs['format'], output: string | undefined): Promise<void> {
  if (format === 'table') {
    const { resultTable } = await import('../reporting/terminal/result-table.js');
    const columns = output === undefined && process.stdout.isTTY ? process.stdout.columns : undefined;
    const text = await resultTable(result, { columns, style: chalk });
    if (output === undefined) return void process.stdout.write(text);
    const [{ writeAtomically }, { writeFile }] = await Promise.all([
      import('../store/reading/formats/write-atomically.js'),
      import('node:fs/promises'),
    ]);
    return writeAtomically(output, (draft) => writeFile(draft, text));
  }
  const { resultText, writeResult } = await import('../store/reading/formats/write-result.js');
  if (output !== undefined) return writeResult(result, format, output);
  if (format === 'parquet') return;
  // Waits for whoever reads: a result may be larger than memory.
  await pipeline(Readable.from(resultText(result, format)), process.stdout, { end: false });
}
