import { join } from 'node:path';
import { InputError } from '../../../../../src/core/errors.js';
import type { ImageSource } from '../../../../../src/trainer/data/formats/image-source.js';
import { openSource } from '../../../../../src/trainer/data/formats/open-source.js';
import type { TableReading } from '../../../../../src/core/trainer/table-reading.js';
import { png, writeFiles } from '../../files.js';

/** Writes images with these names, each in another colour, and `table.csv` with these lines. Returns the table's path. */
export async function writeTable(folder: string, images: readonly string[], lines: readonly string[]): Promise<string> {
  for (const [index, name] of images.entries()) writeFiles(folder, { [name]: await png([index, 100, 200]) });
  writeFiles(folder, { 'table.csv': `${lines.join('\n')}\n` });
  return join(folder, 'table.csv');
}

export async function open(
  path: string,
  reading: TableReading = {},
): Promise<{ readonly source: ImageSource; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const source = await openSource(path, reading, (message) => warnings.push(message));
  return { source, warnings };
}

/** The expected error of opening, as `CODE message | hint` with paths relative to the folder. */
export async function refusal(folder: string, path: string, reading: TableReading = {}): Promise<string> {
  try {
    await open(path, reading);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return `${error.code} ${error.message} | ${error.hint ?? ''}`.replaceAll(`${folder}/`, '').replaceAll(folder, '.');
  }
  throw new Error('it was opened');
}

/** `file label` of every image. */
export const listed = (source: ImageSource, folder: string): string[] =>
  Array.from(
    source.labels,
    (label, index) => `${source.nameOf(index).replace(`${folder}/`, '')} ${source.classNames[label]!}`,
  );
