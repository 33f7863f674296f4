import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { EventSink } from '../../../src/core/trial/events.js';
import type { Reader } from '../../../src/core/results/reader.js';
import { readLockFile } from '../../../src/store/endpoint/lock-file.js';
import { serve, type ServeOptions } from '../../../src/store/endpoint/serve.js';
import { connect } from '../../../src/store/reading/connect.js';
import { openStore, type Store } from '../../../src/store/store.js';
import { smallDisk } from '../../small-disk.js';
import { ask, declare, NEW_YEAR, openTemporary, record, trialOf } from '../helpers.js';

/** DuckDB neither interrupts one call of these functions nor counts its memory. */
const BOMBS = [
  "SELECT repeat('x', 3000000000)",
  "SELECT lpad('x', 1000000000, 'y')",
  "SELECT list_transform(range(1500000), x -> repeat('y', 1000))",
  "SELECT string_agg(repeat('x', 1000000)) FROM range(100000)",
  'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t',
];
/** Largest growth of the sweep's process while it answers. */
const GROWTH_BYTES = 150 * 2 ** 20;

interface Live {
  readonly store: Store;
  readonly recorder: EventSink;
  readonly commands: Reader;
  readonly user: Reader;
}

async function live(t: TestContext, options: Partial<ServeOptions> = {}): Promise<Live> {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  const endpoint = await serve(store, { sweep: 'flowers', now: () => NEW_YEAR, ...options });
  t.after(() => endpoint.close());
  const [commands, user] = [await connect(store.path), await connect(store.path, { origin: 'user' })];
  return { store, recorder, commands, user };
}

async function drain(reader: Reader, sql: string): Promise<void> {
  for await (const rows of await reader.query(sql)) assert.ok(rows.length > 0);
}

test('a query that asks for too much memory or time fails with a hint, and the sweep goes on', async (t) => {
  const queryLimits = { timeoutMs: 2_000, rows: 5_000_000, growthBytes: 512 * 2 ** 20 };
  const { recorder, commands, user } = await live(t, { queryLimits });
  for (const [index, sql] of BOMBS.entries()) {
    const before = process.memoryUsage.rss();
    let isEnded = false;
    const bomb = assert
      .rejects(drain(user, sql), { code: /^QUERY_(TOO_LARGE|TIMED_OUT)$/, hint: /\w/ }, sql)
      .finally(() => (isEnded = true));
    await record(recorder, trialOf(index + 1), [0.5]);
    assert.equal((await ask(commands, 'FROM leaderboard')).length, index + 1, 'commands are answered meanwhile');
    await bomb;
    assert.ok(isEnded);
    assert.ok(process.memoryUsage.rss() - before < GROWTH_BYTES, sql);
    assert.equal((await ask(user, 'FROM leaderboard')).length, index + 1, 'the next query is answered');
  }
});

test('a query sees every row committed before it, also across checkpoints', async (t) => {
  const { recorder, user } = await live(t);
  for (let id = 1; id <= 12; id++) {
    await record(recorder, trialOf(id, { filler: 'x'.repeat(id % 4 === 0 ? 200_000 : 10) }), [0.5]);
    assert.equal((await ask(user, 'FROM leaderboard')).length, id);
  }
});

test('twenty concurrent queries are all answered', async (t) => {
  const { recorder, user } = await live(t);
  await record(recorder, trialOf(1), [0.5]);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => ask(user, `SELECT ${n} AS n FROM leaderboard`)),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 20 }, (_, n) => [{ n }]),
  );
});

test('copies of the database are removed when the endpoint closes, those of a killed process too', async (t) => {
  const store = await openTemporary(t);
  const folder = dirname(store.path);
  const left = join(folder, '.sweeps.duckdb.queries');
  mkdirSync(left);
  writeFileSync(join(left, 'snapshot-1.duckdb'), 'x');
  const endpoint = await serve(store, { sweep: 'flowers', now: () => NEW_YEAR });
  assert.ok(!existsSync(left));
  await ask(await connect(store.path, { origin: 'user' }), 'SELECT 1');
  assert.ok(existsSync(left));
  await endpoint.close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
  );
});

test('without space for a copy a query fails with a hint, and commands are answered', async (t) => {
  const disk = smallDisk(t);
  if (disk === undefined) return;
  const store = await openStore(join(disk, 'sweeps.duckdb'), { now: () => NEW_YEAR });
  const endpoint = await serve(store, { sweep: 'flowers', now: () => NEW_YEAR });
  t.after(async () => {
    await endpoint.close();
    await store.close();
  });
  await assert.rejects(ask(await connect(store.path, { origin: 'user' }), 'SELECT 1'), {
    code: 'SNAPSHOT_FAILED',
    message: /the disk has less than \d+ MB left$/,
    hint: /Free some space/,
  });
  assert.equal((await ask(await connect(store.path), 'SELECT 1')).length, 1);
  assert.deepEqual(
    readdirSync(disk).filter((name) => name.endsWith('.queries')),
    [],
  );
});

test('a connection that sends no request is closed', async (t) => {
  const { store, user } = await live(t, { connectionLimits: { connections: 8, requestMs: 200, stallMs: 1_000 } });
  const { port } = readLockFile(store.path)!;
  const silent = connectTo(port, '127.0.0.1');
  const slow = connectTo(port, '127.0.0.1');
  for (const socket of [silent, slow]) socket.resume().on('error', () => undefined);
  slow.write('POST /query HTTP/1.1\r\nHost: ');
  await Promise.all([once(silent, 'close'), once(slow, 'close')]);
  assert.equal((await ask(user, 'SELECT 1')).length, 1);
});
