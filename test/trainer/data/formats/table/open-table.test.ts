import assert from 'node:assert/strict';
import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { openTable } from '../../../../../src/trainer/data/formats/table/open-table.js';
import { temporaryFolder, writeFiles } from '../../files.js';
import { listed, open, refusal, writeTable } from './tables.js';

const wrong: readonly (readonly [what: string, text: string | Uint8Array, place: RegExp])[] = [
  [
    'a quote that is never closed',
    'image,label\na.png,cat\nb.png,"dog\nc.png,cat\n',
    /table.csv:3:7 is not a valid record/,
  ],
  ['a quote in the middle of a cell', 'image,label\na.png,ca"t"\n', /table.csv:2:7 is not a valid record/],
  ['an extra cell', 'image,label\n\na.png,cat\nb.png,cat,2\n', /table.csv:4:\d+ is not a valid record/],
  ['a missing cell', 'image,label\na.png\n', /table.csv:2:\d+ is not a valid record/],
  ['two columns with the same name', 'image,label,image\na.png,cat,b.png\n', /two columns named "image"/],
  ['no rows', 'image,label\n', /table.csv has no rows/],
  ['no content', '', /table.csv has no rows/],
  ['another encoding', Buffer.from('image,label\na.png,f\xfcchs\n', 'latin1'), /not text in UTF-8/],
];

for (const [what, text, message] of wrong) {
  test(`a CSV file with ${what} is refused, with line and column`, async (t) => {
    const folder = temporaryFolder(t);
    writeFiles(folder, { 'table.csv': text });
    const refused = await refusal(folder, join(folder, 'table.csv'));
    assert.match(refused, /^DATASET_TABLE_INVALID /);
    assert.match(refused, message);
  });
}

test('line numbers are right after quoted line breaks, empty lines and a byte order mark', async (t) => {
  const folder = temporaryFolder(t);
  writeFiles(folder, { 'table.csv': '\ufeffimage,label\r\n"a\r\nb",x\r\n\r\n\r\nc,y\r\nd,z\r\n' });
  const table = await openTable(join(folder, 'table.csv'));
  assert.deepEqual(table.columns, ['image', 'label']);
  assert.deepEqual(
    [0, 1, 2].map((row) => table.placeOf(row)),
    ['line 2', 'line 6', 'line 7'],
  );
  assert.deepEqual(await table.column('label'), ['x', 'y', 'z']);
});

for (const codec of ['uncompressed', 'snappy', 'gzip', 'brotli']) {
  test(`a Parquet file (${codec}) gives the same rows as the CSV file`, async (t) => {
    const folder = temporaryFolder(t);
    await writeTable(folder, ['a.png', 'b.png', 'c.png'], ['image,label', 'a.png,7', 'b.png,10', 'c.png,7']);
    await writeParquet(folder, "from read_csv('table.csv')", codec);
    const { source } = await open(join(folder, 'table.parquet'));
    assert.deepEqual(listed(source, folder), ['a.png 7', 'b.png 10', 'c.png 7']);
    assert.deepEqual(source.classNames, ['7', '10']);
  });
}

test('a list in a Parquet file holds the labels of an image', async (t) => {
  const folder = temporaryFolder(t);
  await writeTable(folder, ['a.png', 'b.png'], ['image']);
  await writeParquet(folder, "select * from (values ('a.png', ['x', 'y']), ('b.png', ['y'])) as t(image, label)");
  const { source } = await open(join(folder, 'table.parquet'));
  assert.deepEqual(
    [0, 1].map((image) => [0, 1].map((label) => source.labelSets!.has(image, label))),
    [
      [true, true],
      [false, true],
    ],
  );
});

test('a truncated Parquet file and a column of another type are refused', async (t) => {
  const folder = temporaryFolder(t);
  await writeTable(folder, ['a.png', 'b.png'], ['image']);
  await writeParquet(folder, "select 'x' as label, {bytes: 'x'::blob, path: 'a.png'} as image");
  const path = join(folder, 'table.parquet');
  assert.match(await refusal(folder, path), /^DATASET_TABLE_INVALID table.parquet, row 1, column "image" is neither/);
  truncateSync(path, readFileSync(path).length - 7);
  assert.match(await refusal(folder, path), /^DATASET_TABLE_INVALID table.parquet is not a readable Parquet file/);
});

/** Writes `table.parquet` with DuckDB, from a folder's own files. */
async function writeParquet(folder: string, select: string, codec = 'snappy'): Promise<void> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`set file_search_path = '${folder}'`);
  await connection.run(`copy (${select}) to '${join(folder, 'table.parquet')}' (format parquet, codec '${codec}')`);
  connection.closeSync();
  instance.closeSync();
}
