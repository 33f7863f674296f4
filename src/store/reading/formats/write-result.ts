import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unreachable } from '../../../core/errors.js';
import type { QueryResult } from '../../../core/results/query-result.js';
import { toCsv } from './csv.js';
import { toJson, toJsonLines } from './json.js';
import { writeAtomically } from './write-atomically.js';

/** Formats for programs. Tables for people depend on the terminal's width and belong to reporting. */
export type ResultFormat = 'csv' | 'json' | 'jsonl' | 'parquet';

/** A result as text, streamed in pieces. */
export function resultText(result: QueryResult, format: Exclude<ResultFormat, 'parquet'>): AsyncGenerator<string> {
  switch (format) {
    case 'csv':
      return toCsv(result);
    case 'json':
      return toJson(result);
    case 'jsonl':
      return toJsonLines(result);
    default:
      return unreachable(format);
  }
}

/** Writes a result to a file, complete or not at all. @throws {EnvironmentError} OUTPUT_FAILED */
export async function writeResult(result: QueryResult, format: ResultFormat, path: string): Promise<void> {
  await writeAtomically(path, async (draft) => {
    if (format === 'parquet') {
      const { writeParquet } = await import('./parquet.js');
      await writeParquet(result, draft);
    } else {
      await pipeline(Readable.from(resultText(result, format)), createWriteStream(draft));
    }
  });
}
