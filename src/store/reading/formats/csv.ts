import { stringify } from 'csv-stringify/sync';
import { formatCell } from '../../../core/results/cell-text.js';
import type { QueryResult } from '../../../core/results/query-result.js';

/** RFC 4180, with a header and line feeds. NULL is an empty field, empty text is `""`. */
export async function* toCsv(result: QueryResult): AsyncGenerator<string> {
  yield csvLines([result.columns.map(({ name }) => name)]);
  for await (const rows of result) {
    yield csvLines(rows.map((row) => result.columns.map(({ shape }, index) => formatCell(row[index] ?? null, shape))));
  }
}

/** Also quotes text with a carriage return, and empty text, which differs from an empty field (NULL). */
const csvLines = (rows: (string | undefined)[][]): string => stringify(rows, { quoted_match: /^$|\r/ });
