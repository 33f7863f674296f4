import type { QueryResult } from '../../../core/results/query-result.js';
import { formatCell } from '../../../core/results/cell-text.js';

/** RFC 4180, with a header and line feeds. NULL is nothing, an empty text is `""`. */
export async function* toCsv(result: QueryResult): AsyncGenerator<string> {
  yield `${result.columns.map(({ name }) => quote(name)).join(',')}\n`;
  for await (const rows of result) {
    const lines = rows.map((row) =>
      result.columns
        .map(({ shape }, index) => {
          const text = formatCell(row[index] ?? null, shape);
          return text === undefined ? '' : quote(text);
        })
        .join(','),
    );
    yield `${lines.join('\n')}\n`;
  }
}

/** A field as it stands in a line. */
export const quote = (text: string): string =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
