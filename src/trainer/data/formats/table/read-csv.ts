import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../../../../core/errors.js';
import { isErrno, systemReason } from '../../../../platform/errno.js';
import { invalidTable, type Table } from './table.js';

/**
 * Reads a comma-separated file (RFC 4180) in UTF-8 whose first line has the column names. Ignores white space around cells
 * and empty lines. Throws as `openTable`.
 */
export async function readCsv(path: string): Promise<Table> {
  const text = await readText(path);
  const records: (readonly string[])[] = [];
  const lines: number[] = [];
  let nextLine = 1;
  let emptyLines = 0;
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      on_record: (record: readonly string[], info) => {
        records.push(record);
        lines.push(nextLine + info.empty_lines - emptyLines);
        nextLine = info.lines + 1;
        emptyLines = info.empty_lines;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser reports an unclosed quote at the end of the file; report the start of the record instead.
    throw invalidRecord(path, text, nextLine, error);
  }
  const [columns = [], ...rows] = records;
  return {
    path,
    columns,
    rowCount: rows.length,
    column: (name) => {
      const index = columns.indexOf(name);
      return Promise.resolve(rows.map((row) => row[index] ?? ''));
    },
    placeOf: (row) => `line ${lines[row + 1] ?? 0}`,
  };
}

async function readText(path: string): Promise<string> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    // Inside quotes the parser counts CR LF as two lines.
    return text.replace(/\r\n?/g, '\n');
  } catch (error) {
    if (isErrno(error, 'ERR_ENCODING_INVALID_ENCODED_DATA')) {
      throw invalidTable(path, 'is not text in UTF-8', 'Save it as CSV with the encoding UTF-8.');
    }
    throw new InputError('DATASET_UNREADABLE', `${path} cannot be read: ${systemReason(error)}`, {
      hint: 'Check the permissions of the file.',
    });
  }
}

/** `column` in the parser's error counts fields; the message counts characters, as editors do. */
function invalidRecord(path: string, text: string, line: number, error: CsvError): InputError {
  const lines = text.split('\n');
  let at = line - 1;
  while (lines[at] === '') at++;
  const field = typeof error['column'] === 'number' ? error['column'] : 0;
  const fields = (lines[at] ?? '').split(',').slice(0, field);
  const column = fields.reduce((sum, { length }) => sum + length + 1, 1);
  const problem = error.message.replace(/ (at|on) line \d+/, '');
  return invalidTable(
    `${path}:${at + 1}:${column}`,
    `is not a valid record: ${problem.charAt(0).toLowerCase()}${problem.slice(1)}`,
    'Every line needs as many cells as the first, separated by commas. Quote a cell that contains a comma or a quote, and double the quotes in it.',
  );
}
