import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../../src/store/reading/connect.js';
import { duckdb } from '../../src/store/schema/duckdb.js';
import { lockPath, readLockFile } from '../../src/store/endpoint/lock-file.js';
import { MIGRATIONS } from '../../src/store/schema/migration-list.js';
import { serve } from '../../src/store/endpoint/serve.js';
import { StoreLockedError } from '../../src/store/store-errors.js';
import { openStore } from '../../src/store/store.js';
import { Program } from './program.js';
import { ask, declare, NEW_YEAR, openTemporary, recordAll, tamper, temporaryFolder } from './helpers.js';

const now = (): number => NEW_YEAR;

test('a missing database is created with its folders, and keeps its content when it is opened again', async (t) => {
  const path = join(temporaryFolder(t), 'my results', 'größe', 'sweeps.duckdb');
  const store = await openStore(path, { now });
  await recordAll(await store.openSweep(declare()), [[0.5]]);
  await store.close();
  await store.close();
  assert.deepEqual(readdirSync(join(path, '..')), ['sweeps.duckdb']);
  const again = await openStore(path, { now });
  t.after(() => again.close());
  assert.deepEqual(await ask(again.reader, 'select trial, objective from leaderboard'), [{ trial: 1, objective: 0.5 }]);
  assert.deepEqual(await ask(again.reader, 'select max(version) as version from data.schema_versions'), [
    { version: MIGRATIONS.length },
  ]);
});

test('a database of a newer version is refused for writing and for reading', async (t) => {
  const store = await openTemporary(t);
  await store.close();
  await tamper(store.path, 'insert into data.schema_versions values (99, now())');
  const refusal = { code: 'STORE_TOO_NEW', message: /newer version of sweepwright \(schema 99/ };
  await assert.rejects(openStore(store.path, { now }), refusal);
  await assert.rejects(connect(store.path), refusal);
});

test('a database of another program is refused and not changed', async (t) => {
  const path = join(temporaryFolder(t), 'other.duckdb');
  await tamper(path, 'create table trials as select 1 as x');
  await assert.rejects(openStore(path, { now }), { code: 'NOT_A_DATABASE' });
  await assert.rejects(connect(path), { code: 'NOT_A_DATABASE' });
  const instance = await duckdb.DuckDBInstance.create(path);
  const connection = await instance.connect();
  const tables = await connection.runAndReadAll('select table_name from duckdb_tables()');
  assert.deepEqual(tables.getRows(), [['trials']]);
  connection.closeSync();
  instance.closeSync();
});

test('a folder or a file that is not a database has an error that says so', async (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const wrong = [file('notes.txt', 'hello '.repeat(5_000)), file('empty', ''), folder];
  for (const path of wrong) {
    await assert.rejects(openStore(path, { now }), { code: 'NOT_A_DATABASE' }, path);
    await assert.rejects(connect(path), { code: 'NOT_A_DATABASE' }, path);
  }
  await assert.rejects(openStore(join(folder, 'notes.txt', 'a.duckdb'), { now }), { code: 'STORE_UNWRITABLE' });
  await assert.rejects(connect(join(folder, 'none.duckdb')), { code: 'NO_DATABASE', hint: /sweep run/ });
});

test('a damaged database has the error STORE_DAMAGED', async (t) => {
  const store = await openTemporary(t);
  await recordAll(await store.openSweep(declare()), [[0.5]]);
  await store.close();
  truncateSync(store.path, 9_000);
  await assert.rejects(openStore(store.path, { now }), { code: 'STORE_DAMAGED' });
  await assert.rejects(connect(store.path), { code: 'STORE_DAMAGED' });
});

test('a folder or a file without permission has an error that says so', async (t) => {
  const folder = temporaryFolder(t);
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  const store = await openStore(join(locked, 'sweeps.duckdb'), { now });
  await store.close();
  // Root may write anywhere, so a process without root's permissions tries.
  const program = new Program(t, 'without-rights', [join(locked, 'sweeps.duckdb'), join(locked, 'new.duckdb')]);
  assert.equal(await program.ended(), 0);
  assert.deepEqual(program.stdout.trim().split('\n'), ['STORE_UNWRITABLE', 'STORE_UNWRITABLE', 'read 0']);
});

test('a second writing process is refused; the error names the first process, its sweep and a way out', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [path, 'idle']);
  await program.until(/ready/);
  await assert.rejects(openStore(path, { now, waitMs: 0 }), (error) => {
    assert.ok(error instanceof StoreLockedError);
    assert.equal(error.code, 'STORE_LOCKED');
    assert.equal(error.pid, program.child.pid);
    assert.match(
      error.message,
      new RegExp(`is in use by process ${program.child.pid}, which runs the sweep "flowers"`),
    );
    assert.match(error.hint ?? '', /sweep status.*--db/s);
    return true;
  });
  await program.kill();
  const store = await openStore(path, { now, waitMs: 0 });
  await store.close();
});

test('a process cannot open a database twice; while it writes, it reads through its store', async (t) => {
  const store = await openTemporary(t);
  await assert.rejects(openStore(store.path, { now, waitMs: 0 }), { code: 'STORE_LOCKED' });
  await assert.rejects(connect(store.path, { waitMs: 0 }), { code: 'STORE_LOCKED' });
  assert.deepEqual(await ask(store.reader, 'from leaderboard'), []);
});

test('opening for writing waits for a command that reads', async (t) => {
  const store = await openTemporary(t);
  await store.close();
  const reading = new Program(t, 'read', [store.path]);
  await reading.until(/reading/);
  await assert.rejects(openStore(store.path, { now, waitMs: 0 }), { code: 'STORE_LOCKED' });
  const waiting = openStore(store.path, { now, waitMs: 60_000 });
  reading.child.kill('SIGTERM');
  await (await waiting).close();
});

test('only the owner can read the lock file, and it is removed when the process closes the database', async (t) => {
  const store = await openTemporary(t);
  const endpoint = await serve(store, { sweep: 'flowers', now });
  assert.equal(statSync(lockPath(store.path)).mode & 0o777, 0o600);
  const { token, ...rest } = readLockFile(store.path)!;
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.deepEqual(rest, { pid: process.pid, port: endpoint.port, sweep: 'flowers', startedAt: NEW_YEAR });
  await endpoint.close();
  await endpoint.close();
  assert.equal(readLockFile(store.path), undefined);
});

test('the lock file of a dead process is ignored', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [path, 'idle']);
  await program.until(/ready/);
  await program.kill();
  assert.equal(readLockFile(path)?.pid, program.child.pid);
  const reader = await connect(path);
  assert.equal(reader.holder, undefined);
  assert.deepEqual(await ask(reader, 'select sweep from sweeps'), [{ sweep: 'flowers' }]);
  await reader.close();
  const store = await openStore(path, { now });
  t.after(() => store.close());
  const endpoint = await serve(store, { sweep: 'birds', now });
  assert.equal((await connect(path)).holder?.sweep, 'birds');
  await endpoint.close();
  for (const nonsense of ['', '{', '[]', '{"pid":1}']) {
    writeFileSync(lockPath(path), nonsense);
    await assert.rejects(connect(path, { waitMs: 0 }), { code: 'STORE_LOCKED' });
  }
  assert.ok(readFileSync(lockPath(path)).length > 0);
});
