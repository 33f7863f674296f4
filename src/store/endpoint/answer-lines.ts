import { InputError } from '../../core/errors.js';
import type { QueryResult, Row } from '../../core/results/query-result.js';
import { cancelledQuery, NO_LIMITS } from '../reading/query-limits.js';
import { toFailure, type QueryLine } from './protocol.js';

/** Characters of rows in one line, unless a single row is longer. */
const LINE = 256 * 1024;
const LONGEST_ROW = 16 * 2 ** 20;

/** The answer to a query as text, a line at a time; an error of the query is its last line. */
export async function* answerLines(query: () => Promise<QueryResult>): AsyncGenerator<string> {
  try {
    const result = await query();
    yield lineOf({ columns: result.columns });
    for await (const rows of result) yield* rowLines(rows);
    yield lineOf({ end: true });
  } catch (error) {
    yield errorLine(error);
  }
}

export const errorLine = (error: unknown): string => lineOf({ error: toFailure(error) });

const lineOf = (content: QueryLine): string => `${JSON.stringify(content)}\n`;

/** Lines of limited length: 2048 rows with long texts would not fit into one string. */
function* rowLines(rows: readonly Row[]): Generator<string> {
  let texts: string[] = [];
  let length = 0;
  for (const row of rows) {
    const text = rowText(row);
    texts.push(text);
    length += text.length;
    if (length < LINE) continue;
    yield `{"rows":[${texts.join(',')}]}\n`;
    [texts, length] = [[], 0];
  }
  if (texts.length > 0) yield `{"rows":[${texts.join(',')}]}\n`;
}

function rowText(row: Row): string {
  try {
    const text = JSON.stringify(row);
    if (text.length <= LONGEST_ROW) return text;
  } catch (error) {
    // A text longer than JavaScript's strings can be.
    if (!(error instanceof RangeError)) throw error;
    throw cancelledQuery('memory', NO_LIMITS);
  }
  throw new InputError('QUERY_TOO_LARGE', `a row of the result is longer than ${LONGEST_ROW / 2 ** 20} MB`, {
    hint: 'Ask for parts of long texts: left(x, 1000), length(x).',
  });
}
