import type { QueryResult, Row } from '../../../core/results/query-result.js';
import { cellJson } from '../../../core/results/cell-text.js';

/** One array with an object per row, each on its own line. */
export async function* toJson(result: QueryResult): AsyncGenerator<string> {
  yield '[';
  let separator = '\n';
  for await (const rows of result) {
    yield separator + rows.map((row) => rowJson(result, row)).join(',\n');
    separator = ',\n';
  }
  yield separator === '\n' ? ']\n' : '\n]\n';
}

/** One object per line, one line per row. */
export async function* toJsonLines(result: QueryResult): AsyncGenerator<string> {
  for await (const rows of result) yield rows.map((row) => `${rowJson(result, row)}\n`).join('');
}

function rowJson({ columns }: QueryResult, row: Row): string {
  const fields = columns.map(
    ({ name, shape }, index) => `${JSON.stringify(name)}:${cellJson(row[index] ?? null, shape)}`,
  );
  return `{${fields.join(',')}}`;
}
