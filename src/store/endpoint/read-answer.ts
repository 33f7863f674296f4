import { EnvironmentError, SweepwrightError } from '../../core/errors.js';
import type { QueryResult, Row } from '../../core/results/query-result.js';
import { messageOf } from '../store-errors.js';
import { fromFailure, type QueryLine } from './protocol.js';

/**
 * Reads the answer to a query from the bytes of its lines; see `QueryLine`.
 *
 * @throws {EnvironmentError} HOLDER_LOST if the bytes end too early; any error that the answer contains
 */
export async function readAnswer(parts: AsyncIterable<Uint8Array>): Promise<QueryResult> {
  const lines = readLines(parts);
  const first = await lines.next();
  if (first.done || !('columns' in first.value)) throw lost();
  async function* rows(): AsyncGenerator<readonly Row[]> {
    try {
      for await (const line of lines) {
        if ('rows' in line) yield line.rows;
        if ('end' in line) return;
      }
      throw lost();
    } catch (error) {
      throw error instanceof SweepwrightError ? error : lost(messageOf(error));
    }
  }
  const close = async (): Promise<void> => {
    await lines.return(undefined);
  };
  return { columns: first.value.columns, [Symbol.asyncIterator]: rows, close };
}

export function lost(why = 'it ended, or closed the database'): EnvironmentError {
  return new EnvironmentError('HOLDER_LOST', `the process that runs the query did not answer to the end: ${why}`, {
    hint: 'Ask again.',
  });
}

async function* readLines(parts: AsyncIterable<Uint8Array>): AsyncGenerator<QueryLine, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of parts) {
    rest += decoder.decode(part, { stream: true });
    if (!part.includes(NEWLINE)) continue;
    const lines = rest.split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const content = JSON.parse(line) as QueryLine;
      if ('error' in content) throw fromFailure(content.error);
      yield content;
    }
  }
  return undefined;
}

const NEWLINE = 0x0a;
