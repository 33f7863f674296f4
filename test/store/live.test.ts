import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Reader, readRecords } from '../../src/core/results/reader.js';
import type { EventSink } from '../../src/core/trial/events.js';
import { connect } from '../../src/store/reading/connect.js';
import { readLockFile } from '../../src/store/endpoint/lock-file.js';
import { type Column } from '../../src/core/results/query-result.js';
import type { QueryLimits } from '../../src/store/reading/query-limits.js';
import { serve } from '../../src/store/endpoint/serve.js';
import { openStore, type Store } from '../../src/store/store.js';
import { ask, declare, NEW_YEAR, openTemporary, record, temporaryFolder, trialOf } from './helpers.js';
import { Program } from './program.js';

/** A query that never ends and returns no row. */
const ENDLESS = 'SELECT count(*) FROM range(10000000) a, range(10000000) b';

interface Live {
  readonly store: Store;
  readonly reader: Reader;
  readonly recorder: EventSink;
}

async function live(t: TestContext): Promise<Live> {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  const endpoint = await serve(store, { sweep: 'flowers', now: () => NEW_YEAR });
  t.after(() => endpoint.close());
  return { store, recorder, reader: await connect(store.path) };
}

test('another process reads acknowledged epochs while recording goes on', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [path]);
  await program.until(/done 8\n/);
  const reader = await connect(path);
  assert.equal(reader.holder?.pid, program.child.pid);
  assert.equal(reader.holder?.sweep, 'flowers');
  for (let round = 0; round < 5; round++) {
    const acknowledged = [...program.stdout.matchAll(/^done (\d+)$/gm)].map(([, id]) => Number(id));
    const rows = await ask(reader, 'select trial from leaderboard where rank is not null');
    const seen = new Set(rows.map(({ trial }) => trial));
    assert.deepEqual(
      acknowledged.filter((id) => !seen.has(id)),
      [],
    );
    await program.until(new RegExp(`done ${acknowledged.length + 8}\n`));
  }
});

test('a remote query has the same result as a local one, for values of every type', async (t) => {
  const { store, reader, recorder } = await live(t);
  await record(recorder, trialOf(1, { x: 1.5, note: 'naïve 🦆 \u2028' }), [0.1, NaN]);
  for (const sql of [
    'FROM leaderboard',
    'FROM trials',
    'FROM curves ORDER BY epoch',
    "SELECT 9223372036854775807 AS a, 1.10::DECIMAL(9,2) AS b, DATE '2026-01-01' AS c, [1, NULL] AS d, {'e': 'x'} AS e, 'inf'::DOUBLE AS f, NULL AS g, 1 AS a",
    'SELECT * FROM range(10000)',
  ]) {
    assert.deepEqual(await readRecords(reader, sql), await readRecords(store.reader, sql), sql);
    assert.deepEqual(await columnsOf(reader, sql), await columnsOf(store.reader, sql));
  }
  const [row] = await readRecords(reader, 'SELECT $1 AS text, $2::INTEGER + 1 AS number, $3 AS nothing', [
    "'; x",
    41,
    null,
  ]);
  assert.deepEqual(row, { text: "'; x", number: 42, nothing: null });
});

test('a mistake in a remote query has the same error as in a local one', async (t) => {
  const { reader } = await live(t);
  await assert.rejects(ask(reader, 'SELECT nosuch FROM curves'), {
    code: 'QUERY_INVALID',
    message: /LINE 1: SELECT nosuch FROM curves\n {15}\^/,
    hint: /^Columns of curves: sweep, trial/,
    exitStatus: 2,
  });
});

test('requests without the token, with another host name or from a web page are refused', async (t) => {
  const { store } = await live(t);
  const { port, token } = readLockFile(store.path)!;
  const post = async (headers: Record<string, string>, path = '/query', method = 'POST'): Promise<[number, string]> => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers });
    sent.end(method === 'POST' ? JSON.stringify({ sql: "SELECT 'secret' AS s", values: [] }) : undefined);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let body = '';
    for await (const part of response.setEncoding('utf8')) body += String(part);
    return [response.statusCode!, body];
  };
  const authorization = `Bearer ${token}`;
  const refused: [number, Record<string, string>][] = [
    [401, {}],
    [401, { authorization: 'Bearer ' }],
    [401, { authorization: `Bearer ${'0'.repeat(64)}` }],
    [401, { authorization: token }],
    [401, { authorization: `${authorization}0` }],
    [403, { authorization, host: `localhost:${port}` }],
    [403, { authorization, host: 'evil.example' }],
    [403, { authorization, host: '127.0.0.1' }],
    [403, { authorization, origin: 'https://evil.example' }],
    [403, { authorization, origin: 'null' }],
  ];
  for (const [status, headers] of refused) {
    const [found, body] = await post(headers);
    assert.equal(found, status, JSON.stringify(headers));
    assert.doesNotMatch(body, /secret/);
    assert.equal((await post(headers, '/holder', 'GET'))[0], status);
  }
  assert.equal((await post({ authorization }, '/elsewhere'))[0], 404);
  assert.equal((await post({ authorization }, '/query', 'GET'))[0], 404);
  assert.match((await post({ authorization }))[1], /secret/);
});

test('a request that is not a query is refused, whatever its length', async (t) => {
  const { store } = await live(t);
  const { port, token } = readLockFile(store.path)!;
  for (const body of [
    '',
    '{',
    '[]',
    '{"sql":1,"values":[]}',
    '{"sql":"SELECT 1"}',
    '{"sql":"SELECT 1","values":[{}]}',
    'x'.repeat(400_000),
  ]) {
    const sent = request({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/query',
      headers: { authorization: `Bearer ${token}` },
    });
    // The server stops reading a body over the limit.
    sent.on('error', () => undefined);
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 400, body.slice(0, 40));
    response.destroy();
  }
});

test('slow queries do not delay recording, however many there are', async (t) => {
  const { reader, recorder } = await live(t);
  const leaving = new AbortController();
  const slow = Array.from({ length: 6 }, () => reader.query(ENDLESS, [], leaving.signal));
  const settled = Promise.allSettled(slow);
  const behindThem = ask(reader, 'SELECT 1 AS x');
  for (let id = 1; id <= 20; id++) await record(recorder, trialOf(id), [0.1, 0.2]);
  const stillThere = await Promise.race([...slow, behindThem, Promise.resolve('yes')]);
  assert.equal(stillThere, 'yes');
  leaving.abort();
  await settled;
  assert.deepEqual(await behindThem, [{ x: 1 }], 'a cancelled query makes room for the next');
});

const runaways = [
  ENDLESS,
  'SELECT * FROM range(1000000000000)',
  'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT sum(n) FROM r',
];

test('a query that takes too long is cancelled, and recording goes on', async (t) => {
  const { store, recorder } = await limited(t, { timeoutMs: 300, rows: Infinity, growthBytes: Infinity });
  for (const sql of runaways) {
    await assert.rejects(drain(store.guests, sql), { code: 'QUERY_TIMED_OUT', exitStatus: 2 }, sql);
  }
  await record(recorder, trialOf(1), [0.5]);
  assert.deepEqual(await ask(store.guests, 'select objective from leaderboard'), [{ objective: 0.5 }]);
});

test('a result with too many rows is refused', async (t) => {
  const { store } = await limited(t, { timeoutMs: 60_000, rows: 5_000, growthBytes: Infinity });
  assert.equal((await ask(store.guests, 'SELECT * FROM range(5000)')).length, 5_000);
  await assert.rejects(drain(store.guests, 'SELECT * FROM range(5001)'), {
    code: 'QUERY_TOO_LARGE',
    message: /5000 rows/,
  });
});

test('a query that needs too much memory fails, and recording goes on', async (t) => {
  const { store, recorder } = await limited(t, { timeoutMs: 60_000, rows: Infinity, growthBytes: 300 * 2 ** 20 });
  let id = 0;
  const done = new AbortController();
  const recording = (async () => {
    while (!done.signal.aborted) await record(recorder, trialOf(++id), [0.5, 0.6]);
  })();
  for (const sql of [
    'SELECT list(i) FROM range(200000000) t(i)',
    'SELECT length(string_agg(i::VARCHAR)) FROM range(200000000) t(i)',
  ]) {
    await assert.rejects(drain(store.guests, sql), { code: 'QUERY_TOO_LARGE' }, sql);
  }
  done.abort();
  await recording;
  const [{ n } = {}] = await ask(store.reader, 'select count(*)::integer as n from leaderboard where rank is not null');
  assert.equal(n, id);
});

test('a reader reports that the other process died during its answer', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [path, 'idle']);
  await program.until(/ready/);
  const reader = await connect(path);
  const result = await reader.query('SELECT * FROM range(100000000)');
  await assert.rejects(
    async () => {
      for await (const rows of result) if (rows.length > 0) await program.kill();
    },
    { code: 'HOLDER_LOST' },
  );
});

async function limited(
  t: TestContext,
  guestLimits: QueryLimits,
): Promise<{ readonly store: Store; readonly recorder: EventSink }> {
  const store = await openStore(join(temporaryFolder(t), 'sweeps.duckdb'), { now: () => NEW_YEAR, guestLimits });
  t.after(() => store.close());
  return { store, recorder: (await store.openSweep(declare())).recorder() };
}

/** Reads a result to its end and discards it. */
async function drain(reader: Reader, sql: string): Promise<void> {
  for await (const rows of await reader.query(sql)) assert.ok(rows.length > 0);
}

async function columnsOf(reader: Reader, sql: string): Promise<readonly Column[]> {
  const result = await reader.query(sql);
  await result.close();
  return result.columns;
}
