import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Reader } from '../../../src/core/results/reader.js';
import { duckdb } from '../../../src/store/schema/duckdb.js';
import { resultText, writeResult, type ResultFormat } from '../../../src/store/reading/formats/write-result.js';
import { openTemporary, temporaryFolder } from '../helpers.js';

/** Every type that a query is likely to return, with values that a careless conversion would change. */
const EVERYTHING = `
  SELECT * FROM (VALUES
    (1, 9223372036854775807::BIGINT, 0.1::DOUBLE, 'plain', true, DATE '2026-01-01', TIMESTAMP '2026-01-01 12:34:56.789',
      1.10::DECIMAL(9,2), [0.5, NULL]::DOUBLE[], {'a': 1, 'b': ['x', 'y "z"']}, '{"k": [1, 2.50]}'::JSON),
    (2, (-9223372036854775808)::BIGINT, 'NaN'::DOUBLE, 'comma, "quote"', false, DATE '1969-07-20', TIMESTAMP '1969-07-20 20:17:40',
      (-1234567.89)::DECIMAL(9,2), ['NaN', 'Infinity']::DOUBLE[], {'a': NULL, 'b': []}, 'null'::JSON),
    (3, 0::BIGINT, '-Infinity'::DOUBLE, E'line\\nbreak\\r\\n', NULL, NULL, NULL, 0.00::DECIMAL(9,2), [], NULL, '"text"'::JSON),
    (4, 9007199254740993::BIGINT, 3e-5::DOUBLE, '', true, NULL, NULL, NULL, NULL, NULL, NULL),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (6, 6::BIGINT, 1e300::DOUBLE, 'naïve 🦆', true, NULL, NULL, NULL, NULL, NULL, '9007199254740993'::JSON)
  ) t("n", "big, number", "d", "text", "flag", "day", "time", "price", "list", "both", "json")`;

async function textOf(reader: Reader, sql: string, format: Exclude<ResultFormat, 'parquet'>): Promise<string> {
  let text = '';
  for await (const piece of resultText(await reader.query(sql), format)) text += piece;
  return text;
}

/** Reads a file with a separate DuckDB, as another program would. Returns every value as text, and the columns' types. */
async function readBack(source: string): Promise<{ readonly types: readonly string[]; readonly rows: unknown[][] }> {
  const instance = await duckdb.DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const types = (await connection.runAndReadAll(`DESCRIBE ${source}`)).getRows().map((row) => String(row[1]));
    const rows = (await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM (${source})`)).getRows();
    return { types, rows };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('CSV keeps every value, and distinguishes NULL from empty text', async (t) => {
  const { reader } = await openTemporary(t);
  const csv = await textOf(reader, EVERYTHING, 'csv');
  const [header, first] = csv.split('\n');
  assert.equal(header, 'n,"big, number",d,text,flag,day,time,price,list,both,json');
  assert.equal(
    first,
    '1,9223372036854775807,0.1,plain,true,2026-01-01,2026-01-01 12:34:56.789,1.10,"[0.5,null]",' +
      '"{""a"":1,""b"":[""x"",""y \\""z\\""""]}","{""k"": [1, 2.50]}"',
  );
  assert.match(csv, /\n2,-9223372036854775808,NaN,"comma, ""quote""",false,/);
  assert.match(csv, /\n3,0,-Infinity,"line\nbreak\r\n",,,,0.00,\[\],,"""text"""\n/);
  assert.match(csv, /\n4,9007199254740993,0.00003,"",true,,,,,,\n,,,,,,,,,,\n/);

  const file = join(temporaryFolder(t), 'all.csv');
  writeFileSync(file, csv);
  const { rows } = await readBack(
    `FROM read_csv('${file}', all_varchar = true, allow_quoted_nulls = false, header = true, delim = ',', quote = '"', escape = '"')`,
  );
  assert.deepEqual(
    rows.map((row) => row.slice(0, 4)),
    [
      ['1', '9223372036854775807', '0.1', 'plain'],
      ['2', '-9223372036854775808', 'NaN', 'comma, "quote"'],
      ['3', '0', '-Infinity', 'line\nbreak\r\n'],
      ['4', '9007199254740993', '0.00003', ''],
      [null, null, null, null],
      ['6', '6', '1e+300', 'naïve 🦆'],
    ],
  );
});

test('JSON keeps numbers with every digit, and JSON documents as they are', async (t) => {
  const { reader } = await openTemporary(t);
  const json = await textOf(reader, EVERYTHING, 'json');
  assert.match(json, /^\[\n\{"n":1,"big, number":9223372036854775807,"d":0.1,/);
  assert.match(json, /"json":9007199254740993\}\n\]\n$/);
  const rows = JSON.parse(json) as Record<string, unknown>[];
  assert.deepEqual(rows[0], {
    ...{ n: 1, 'big, number': Number(2n ** 63n - 1n), d: 0.1, text: 'plain', flag: true },
    ...{ day: '2026-01-01', time: '2026-01-01 12:34:56.789', price: 1.1, list: [0.5, null] },
    ...{ both: { a: 1, b: ['x', 'y "z"'] }, json: { k: [1, 2.5] } },
  });
  assert.deepEqual(
    rows.map(({ d }) => d),
    [0.1, 'NaN', '-Infinity', 3e-5, null, 1e300],
  );
  assert.deepEqual(rows[1]!['list'], ['NaN', 'Infinity']);
  assert.deepEqual(rows[1]!['both'], { a: null, b: [] });
  assert.equal(rows[2]!['text'], 'line\nbreak\r\n');

  const lines = (await textOf(reader, EVERYTHING, 'jsonl')).split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    rows,
  );
});

test('a result without rows is an empty list in JSON, a header in CSV and nothing in JSON lines', async (t) => {
  const { reader } = await openTemporary(t);
  const nothing = 'SELECT 1 AS a, 2 AS b WHERE false';
  assert.equal(await textOf(reader, nothing, 'json'), '[]\n');
  assert.equal(await textOf(reader, nothing, 'csv'), 'a,b\n');
  assert.equal(await textOf(reader, nothing, 'jsonl'), '');
});

test('a result of many chunks is written completely', async (t) => {
  const { reader } = await openTemporary(t);
  const many = 'SELECT i, i % 7 AS r FROM range(10000) t(i) ORDER BY i';
  const rows = JSON.parse(await textOf(reader, many, 'json')) as { i: number }[];
  assert.deepEqual(
    rows.map(({ i }) => i),
    Array.from({ length: 10_000 }, (_, i) => i),
  );
  assert.equal((await textOf(reader, many, 'csv')).split('\n').length, 10_002);
  assert.equal((await textOf(reader, many, 'jsonl')).split('\n').length, 10_001);
});

test('a Parquet file has the types and the values of the result', async (t) => {
  const { reader } = await openTemporary(t);
  const file = join(temporaryFolder(t), "all of it's.parquet");
  await writeResult(await reader.query(EVERYTHING), 'parquet', file);
  const source = `FROM read_parquet('${file.replaceAll("'", "''")}')`;
  assert.deepEqual(await readBack(source), await readBack(EVERYTHING));
});

test('a Parquet file can have more rows than are cast at once, and columns without a Parquet type', async (t) => {
  const { reader } = await openTemporary(t);
  const file = join(temporaryFolder(t), 'many.parquet');
  const many = "SELECT i, 'a' AS a, 'b' AS a, NULL AS nothing, MAP {'k': i} AS map FROM range(110000) t(i)";
  await writeResult(await reader.query(many), 'parquet', file);
  const { rows } = await readBack(`SELECT count(*), sum(i), min(map), count(nothing) FROM read_parquet('${file}')`);
  assert.deepEqual(rows, [['110000', '6049945000', '[{"key":"k","value":0}]', '0']]);
});

for (const format of ['csv', 'json', 'jsonl', 'parquet'] as const) {
  test(`a query that fails half way keeps the earlier ${format} file`, async (t: TestContext) => {
    const { reader } = await openTemporary(t);
    const folder = temporaryFolder(t);
    const file = join(folder, 'out');
    writeFileSync(file, 'before');
    const failing = "SELECT CASE WHEN i = 9999 THEN error('half way') ELSE i END FROM range(10000) t(i)";
    await assert.rejects(async () => writeResult(await reader.query(failing), format, file), {
      code: 'QUERY_INVALID',
      message: /half way/,
    });
    assert.equal(readFileSync(file, 'utf8'), 'before');
    assert.deepEqual(readdirSync(folder), ['out']);
    await writeResult(await reader.query('SELECT 1 AS x'), format, file);
    assert.notEqual(readFileSync(file, 'utf8'), 'before');
    assert.deepEqual(readdirSync(folder), ['out']);
  });
}

test('the error of a file that cannot be written names the file', async (t) => {
  const { reader } = await openTemporary(t);
  const folder = temporaryFolder(t);
  const write = async (path: string, format: ResultFormat): Promise<void> =>
    writeResult(await reader.query('SELECT 1 AS x'), format, path);
  for (const format of ['csv', 'parquet'] as const) {
    const missing = join(folder, 'nowhere', 'out');
    await assert.rejects(write(missing, format), { code: 'OUTPUT_FAILED', message: new RegExp(missing) });
    await assert.rejects(write(folder, format), { code: 'OUTPUT_FAILED', message: /is a folder/ });
  }
});
