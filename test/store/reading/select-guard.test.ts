import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Reader } from '../../../src/core/results/reader.js';
import { InputError } from '../../../src/core/errors.js';
import { connect } from '../../../src/store/reading/connect.js';
import { serve } from '../../../src/store/endpoint/serve.js';
import {
  ask,
  completed,
  declare,
  epochOf,
  NEW_YEAR,
  openTemporary,
  record,
  recordAll,
  started,
  trialOf,
} from '../helpers.js';

const HARMLESS = [
  'SELECT 1',
  'select 1; -- and nothing else',
  'FROM leaderboard',
  "SELECT 'a;b', \"trial\" FROM trials WHERE sweep = 'flowers'",
  'WITH best AS (FROM leaderboard WHERE rank = 1) SELECT * FROM best JOIN curves USING (trial)',
  'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) FROM n',
  'VALUES (1), (2)',
  'SHOW TABLES',
  'DESCRIBE leaderboard',
  'SUMMARIZE curves',
  'SELECT unnest([1, 2]), r FROM range(3) t(r)',
  'SELECT * FROM duckdb_columns()',
  'PIVOT curves ON metric IN (loss, val_accuracy) USING max(value)',
  'UNPIVOT (SELECT 1 AS a, 2 AS b) ON a, b',
  'SELECT x, row_number() OVER (ORDER BY objective) FROM leaderboard QUALIFY row_number() OVER () = 1',
  "SELECT params->>'$.x' FROM trials",
];

/** Each would write, read another file, change a setting or get at something that does. FOLDER is the database's own. */
const ATTACKS = [
  "INSERT INTO data.epochs VALUES (1, 1, 1, 'x', 1, now(), false)",
  'INSERT INTO data.trials SELECT * FROM data.trials RETURNING id',
  "UPDATE data.trials SET status = 'completed'",
  'DELETE FROM data.trials',
  'TRUNCATE data.epochs',
  'MERGE INTO data.sweeps s USING (SELECT 1 AS id) n ON s.id = n.id WHEN MATCHED THEN DELETE',
  'WITH gone AS (DELETE FROM data.trials RETURNING id) FROM gone',
  'DROP VIEW leaderboard',
  'DROP SCHEMA data CASCADE',
  'ALTER TABLE data.trials ADD COLUMN z INTEGER',
  'CREATE TABLE mine AS SELECT 1',
  'CREATE TEMP TABLE mine AS SELECT 1',
  'CREATE OR REPLACE VIEW leaderboard AS SELECT 1',
  'CREATE MACRO count(x) AS 1',
  "CREATE SECRET (TYPE http, BEARER_TOKEN 'x')",
  'SELECT 1; DROP VIEW leaderboard',
  'SELECT 1; SELECT 2',
  '',
  '-- nothing',
  "ATTACH 'FOLDER/other.duckdb' AS other",
  "ATTACH ':memory:' AS other",
  'DETACH sweeps',
  'USE memory',
  "COPY data.trials TO 'FOLDER/out.csv'",
  "COPY (SELECT 1) TO 'FOLDER/out.parquet'",
  "COPY data.epochs FROM '/etc/passwd'",
  "EXPORT DATABASE 'FOLDER/out'",
  "IMPORT DATABASE 'FOLDER/out'",
  'INSTALL httpfs',
  'LOAD httpfs',
  "LOAD 'FOLDER/evil.duckdb_extension'",
  'SET threads = 64',
  "SET memory_limit = '1TB'",
  'SET enable_external_access = true',
  'SET SESSION search_path = data',
  'SET VARIABLE x = 1',
  'RESET lock_configuration',
  'PRAGMA threads = 64',
  'PRAGMA enable_profiling',
  'PRAGMA force_checkpoint',
  "PRAGMA import_database('FOLDER')",
  "PRAGMA json_execute_serialized_sql('x')",
  'CHECKPOINT',
  'FORCE CHECKPOINT',
  'VACUUM',
  'ANALYZE',
  'BEGIN',
  'COMMIT',
  'ROLLBACK',
  'CALL force_checkpoint()',
  'CALL enable_logging()',
  'PREPARE p AS DELETE FROM data.trials',
  'EXECUTE p',
  'DEALLOCATE p',
  'EXPLAIN ANALYZE DELETE FROM data.trials',
  'SELECT * FROM force_checkpoint()',
  'SELECT * FROM checkpoint()',
  'SELECT * FROM "Enable_Logging"()',
  "SELECT * FROM enable_logging(storage = 'file', storage_path = 'FOLDER/out')",
  'FROM system.main.enable_logging()',
  'SELECT 1 WHERE EXISTS (FROM enable_profiling())',
  "SELECT * FROM enable_profiling(save_location = 'FOLDER/out')",
  'FROM truncate_duckdb_logs()',
  'FROM disable_logging()',
  "SELECT write_log('x')",
  "SELECT * FROM query('DELETE FROM data.trials')",
  "SELECT * FROM query_table('trials')",
  "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
  "SELECT json_serialize_plan('SELECT 1')",
  "SELECT * FROM read_csv('/etc/passwd')",
  "SELECT * FROM read_text('/etc/passwd')",
  "SELECT * FROM read_blob('FOLDER/sweeps.duckdb')",
  "SELECT * FROM read_json('/etc/passwd')",
  "SELECT * FROM read_parquet('/etc/passwd')",
  "SELECT * FROM read_duckdb('FOLDER/sweeps.duckdb')",
  "SELECT * FROM sniff_csv('/etc/passwd')",
  "SELECT * FROM glob('/etc/*')",
  "SELECT * FROM '/etc/passwd'",
  "FROM 'FOLDER/sweeps.duckdb'",
  'FROM "secret.csv"',
  "SELECT (SELECT count(*) FROM read_text('/etc/passwd'))",
  "WITH t AS (FROM read_text('/etc/passwd')) SELECT 1",
  'SELECT sleep_ms(100000)',
  'SELECT pg_sleep(100)',
];

test('a SELECT is answered, whatever its form', async (t) => {
  for await (const reader of bothReaders(t)) {
    for (const sql of HARMLESS) await assert.doesNotReject(ask(reader, sql), sql);
  }
});

test('everything else is refused, by the process that runs a sweep and by one that reads the file itself', async (t) => {
  const threadsNow = "select current_setting('threads') as threads";
  for await (const reader of bothReaders(t)) {
    const before = await ask(reader, threadsNow);
    for (const attack of ATTACKS) {
      const sql = attack.replaceAll('FOLDER', folderOf(t));
      await assert.rejects(ask(reader, sql), InputError, sql);
    }
    assert.deepEqual(await ask(reader, 'select state, objective from leaderboard'), [
      { state: 'completed', objective: 0.5 },
    ]);
    const [settings] = await ask(
      reader,
      "select current_setting('enable_external_access') as files, current_setting('lock_configuration') as locked",
    );
    assert.deepEqual(settings, { files: false, locked: true });
    assert.deepEqual(await ask(reader, threadsNow), before);
  }
  const left = readdirSync(folderOf(t)).filter(
    (name) => !/^sweeps\.duckdb(\.wal|\.lock|\.tmp)?$|^secret\.csv$/.test(name),
  );
  assert.deepEqual(left, []);
});

test('refused or not, a query leaves recording as it was', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  for (const [index, attack] of ATTACKS.entries()) {
    await ask(store.reader, attack.replaceAll('FOLDER', dirname(store.path))).catch(() => undefined);
    const trial = trialOf(handle.nextTrialId());
    await recorder.emit(started(trial));
    await recorder.emit(epochOf(trial.id, 1, { val_accuracy: index }));
    await recorder.emit(completed(trial.id));
  }
  const [{ n } = {}] = await ask(store.reader, 'select count(*)::integer as n from leaderboard where rank is not null');
  assert.equal(n, ATTACKS.length);
  assert.ok(!existsSync(join(dirname(store.path), 'out')));
});

test('a text that would take the planner for ever is refused before it is planned', async (t) => {
  const store = await openTemporary(t);
  const doubled = Array.from({ length: 40 }, (_, index) => `, a${index + 1} AS (FROM a${index} x, a${index} y)`).join(
    '',
  );
  const bombs = [
    `WITH a0 AS (SELECT 1 AS x)${doubled} SELECT count(*) FROM a40`,
    `SELECT 1${' UNION ALL SELECT 1 FROM trials'.repeat(2_100)}`,
    `SELECT ${'('.repeat(30_000)}1${')'.repeat(30_000)}`,
    `SELECT ${'1 + '.repeat(15_000)}1`,
    `SELECT '${'x'.repeat(70_000)}'`,
  ];
  for (const sql of bombs) {
    await assert.rejects(ask(store.reader, sql), InputError, sql.slice(0, 60));
  }
});

test('a mistake is shown where it is, with what there is instead', async (t) => {
  const store = await openTemporary(t);
  await recordAll(await store.openSweep(declare()), [[0.5]]);
  await assert.rejects(ask(store.reader, 'SELECT trial,\n  objectiv FROM leaderboard'), {
    code: 'QUERY_INVALID',
    message: /Referenced column "objectiv" not found[^]*LINE 2: {3}objectiv FROM leaderboard\n {10}\^/,
    hint: /^Columns of leaderboard: rank, sweep, trial, trial_key, state, objective, best_epoch, seconds, seed, note, tags, x\.$/,
  });
  await assert.rejects(ask(store.reader, 'SELECT * FROM leaderbord'), {
    code: 'QUERY_INVALID',
    hint: /leaderboard, .*trials, curves/,
  });
  await assert.rejects(ask(store.reader, 'SELEC 1'), { code: 'QUERY_INVALID', message: /LINE 1: SELEC 1\n {8}\^/ });
  await assert.rejects(ask(store.reader, "SELECT 'x'::INTEGER"), {
    code: 'QUERY_INVALID',
    message: /Could not convert/,
  });
  await assert.rejects(ask(store.reader, 'SELECT $1'), { code: 'QUERY_INVALID' });
});

test('a parameter with a dot in its name asks for quotes', async (t) => {
  const store = await openTemporary(t);
  await record((await store.openSweep(declare())).recorder(), trialOf(1, { 'opt.lr': 0.1 }), [0.5]);
  for (const sql of ['SELECT opt.lr FROM trials', 'SELECT t.OPT.LR FROM trials t', 'FROM trials ORDER BY opt.lr']) {
    await assert.rejects(ask(store.reader, sql), { code: 'QUERY_INVALID', hint: /needs quotes: "opt\.lr"$/ }, sql);
  }
  await assert.rejects(ask(store.reader, 'SELECT opt.rate FROM trials'), { hint: /^Columns of trials: / });
  assert.deepEqual(await ask(store.reader, 'SELECT "opt.lr" AS lr FROM trials'), [{ lr: 0.1 }]);
});

test('a PIVOT without values is refused with an example', async (t) => {
  const store = await openTemporary(t);
  await assert.rejects(ask(store.reader, 'PIVOT curves ON metric USING max(value)'), {
    code: 'QUERY_NOT_READ_ONLY',
    hint: /ON metric IN \('loss', 'val_loss'\)/,
  });
});

const folders = new WeakMap<TestContext, string>();
const folderOf = (t: TestContext): string => folders.get(t)!;

/** The same database through a process that has it open, and, once that is closed, through one that opens it itself. */
async function* bothReaders(t: TestContext): AsyncGenerator<Reader> {
  const store = await openTemporary(t);
  folders.set(t, dirname(store.path));
  writeFileSync(join(dirname(store.path), 'secret.csv'), 'a,b\n1,2\n');
  await recordAll(await store.openSweep(declare()), [[0.5]]);
  const endpoint = await serve(store, { sweep: 'flowers', now: () => NEW_YEAR });
  yield await connect(store.path);
  await endpoint.close();
  await store.close();
  const own = await connect(store.path);
  yield own;
  await own.close();
}
