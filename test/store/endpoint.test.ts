import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test, type TestContext } from 'node:test';
import { readLockFile, type LockFile } from '../../src/store/endpoint/lock-file.js';
import { serve } from '../../src/store/endpoint/serve.js';
import type { Store } from '../../src/store/store.js';
import { ask, declare, NEW_YEAR, openTemporary, recordAll } from './helpers.js';

interface Live {
  readonly store: Store;
  readonly lock: LockFile;
  /** Requests about running trials that the endpoint accepted. */
  readonly controlled: unknown[];
}

async function live(t: TestContext): Promise<Live> {
  const store = await openTemporary(t);
  await recordAll(await store.openSweep(declare()), [[0.5]]);
  const controlled: unknown[] = [];
  const control = (...asked: readonly unknown[]): boolean => controlled.push(asked) > 0;
  const endpoint = await serve(store, { sweep: 'flowers', now: () => NEW_YEAR, control });
  t.after(() => endpoint.close());
  return { store, lock: readLockFile(store.path)!, controlled };
}

/** Sends bytes unchanged and returns the answer when the endpoint closes the connection. */
async function raw({ port }: LockFile, text: string): Promise<string> {
  const socket = connectTo(port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (part) => (answer += String(part)));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

function post(path: string, headers: readonly string[], content: unknown): string {
  const body = JSON.stringify(content);
  const length = Buffer.byteLength(body);
  return [`POST ${path} HTTP/1.1`, ...headers, `Content-Length: ${length}`, '', body].join('\r\n');
}

const statusesOf = (answer: string): number[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));

const SECRET = { sql: "SELECT 'sec' || 'ret' AS s", values: [] };

test('the endpoint listens only on the loopback address', async (t) => {
  const { lock } = await live(t);
  const addresses = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ internal }) => !internal),
  );
  for (const { address, family, scopeid } of [...addresses, { address: '::1', family: 'IPv6', scopeid: 0 }]) {
    // A link-local address needs the name of its interface.
    if (family === 'IPv6' && scopeid) continue;
    const socket = connectTo(lock.port, address);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.match(error.code ?? '', /^(ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|EAFNOSUPPORT)$/, address);
  }
});

test('the token is 256 random bits, different each time', async (t) => {
  const store = await openTemporary(t);
  const tokens = new Set<string>();
  for (let time = 0; time < 8; time++) {
    const endpoint = await serve(store, { sweep: 'flowers', now: () => NEW_YEAR });
    const { token } = readLockFile(store.path)!;
    assert.match(token, /^[0-9a-f]{64}$/);
    tokens.add(token);
    await endpoint.close();
  }
  assert.equal(tokens.size, 8);
});

test('a request with another host than the loopback address is refused, in every spelling', async (t) => {
  const { lock } = await live(t);
  const bearer = `Authorization: Bearer ${lock.token}`;
  const own = `Host: 127.0.0.1:${lock.port}`;
  const hosts = [
    [`Host: rebound.example:${lock.port}`],
    [`Host: 127.0.0.1.:${lock.port}`],
    [`Host: 2130706433:${lock.port}`],
    [`Host: 127.0.0.1:${lock.port}.rebound.example`],
    [`Host: rebound.example`, own],
    ['Host:'],
  ];
  for (const host of hosts) {
    const answer = await raw(lock, post('/query', [...host, bearer, 'Connection: close'], SECRET));
    assert.ok(
      statusesOf(answer).every((status) => status === 400 || status === 403),
      answer,
    );
    assert.doesNotMatch(answer, /secret/);
  }
  const absolute = await raw(lock, post('http://rebound.example/query', [own, bearer, 'Connection: close'], SECRET));
  assert.deepEqual(statusesOf(absolute), [404]);
  const fine = await raw(lock, post('/query', [own, bearer, 'Connection: close'], SECRET));
  assert.match(fine, /secret/, 'the same request with nothing wrong about it');
});

test('requests and preflight requests from web pages of other sites are refused', async (t) => {
  const { lock, controlled } = await live(t);
  const own = `Host: 127.0.0.1:${lock.port}`;
  const origin = 'Origin: https://rebound.example';
  const preflight = [
    'OPTIONS /query HTTP/1.1',
    own,
    origin,
    'Access-Control-Request-Method: POST',
    'Connection: close',
  ];
  const answer = await raw(lock, `${preflight.join('\r\n')}\r\n\r\n`);
  assert.deepEqual(statusesOf(answer), [403]);
  assert.doesNotMatch(answer, /access-control/i);
  // A form is sent without a preflight request.
  const simple = [own, origin, 'Content-Type: text/plain', 'Connection: close'];
  for (const path of ['/query', '/control', '/holder']) {
    assert.deepEqual(statusesOf(await raw(lock, post(path, simple, SECRET))), [403], path);
  }
  assert.deepEqual(controlled, []);
});

test('each request on a kept-alive connection is checked', async (t) => {
  const { lock, controlled } = await live(t);
  const own = `Host: 127.0.0.1:${lock.port}`;
  const bearer = `Authorization: Bearer ${lock.token}`;
  const control = { trial: 1, action: 'cancel' };
  const answer = await raw(
    lock,
    post('/query', [own, bearer], SECRET) + post('/control', [own, 'Connection: close'], control),
  );
  assert.deepEqual(statusesOf(answer), [200, 401]);
  assert.deepEqual(controlled, []);
});

/** One statement of each kind that does not only read. select-guard.test.ts has the long list. */
const KINDS = [
  'SELECT 1; DELETE FROM data.trials',
  "COPY data.trials TO '/tmp/sweepwright-stolen.csv'",
  "ATTACH '/tmp/sweepwright-other.duckdb' AS other",
  "SELECT * FROM read_csv('/etc/passwd')",
  'PRAGMA enable_profiling',
  'SET enable_external_access = true',
  'INSTALL httpfs',
  'CALL enable_logging()',
];

test('the token gives read-only access to the results, and to nothing else', async (t) => {
  const { store, lock } = await live(t);
  const headers = [`Host: 127.0.0.1:${lock.port}`, `Authorization: Bearer ${lock.token}`, 'Connection: close'];
  for (const sql of KINDS) {
    const answer = await raw(lock, post('/query', headers, { sql, values: [] }));
    assert.match(answer, /"code":"QUERY_NOT_READ_ONLY"/, sql);
    assert.doesNotMatch(answer, /root:/);
  }
  assert.match(await raw(lock, post('/query', headers, { sql: 'FROM leaderboard', values: [] })), /"flowers"/);
  assert.deepEqual(await ask(store.reader, 'select state from trials'), [{ state: 'completed' }]);
});
