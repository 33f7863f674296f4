import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { duckdb } from '../../../src/store/schema/duckdb.js';

const isWhole = path.basename(fileURLToPath(new URL('../..', import.meta.url))) === 'dist';

test('a complete build loads DuckDB’s client from one file', { skip: !isWhole }, async () => {
  const loaded = Object.keys(createRequire(import.meta.url).cache).map((file) => path.basename(file));
  assert.ok(loaded.includes('duckdb-api.cjs'));
  assert.ok(!loaded.includes('DuckDBInstance.js'));
  const instance = await duckdb.DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  assert.deepEqual(
    (await connection.runAndReadAll("select 1 as n, 'x' as text, [1.5::double] as list")).getRowObjectsJson(),
    [{ n: 1, text: 'x', list: [1.5] }],
  );
  connection.closeSync();
  instance.closeSync();
});
