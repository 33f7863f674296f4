import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SweepwrightError } from '../../src/core/errors.js';
import { salvageDatabase } from '../../src/store/doctor/salvage/salvage-database.js';
import { connect } from '../../src/store/reading/connect.js';
import { readEverything } from '../../src/store/reading/queries/database-facts.js';
import { openStore } from '../../src/store/store.js';
import { ask, declare, NEW_YEAR, recordAll, temporaryFolder } from './helpers.js';

const BLOCK = 256 * 1024;
/** DuckDB's headers come before the first block. */
const FIRST_BLOCK = 12 * 1024;
const TRIALS = 40;

async function finished(t: TestContext): Promise<string> {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const store = await openStore(path, { now: () => NEW_YEAR });
  await recordAll(
    await store.openSweep(declare()),
    Array.from({ length: TRIALS }, (_, index) => [index / 100]),
  );
  await store.close();
  return path;
}

/** A copy of a file with zeros where a block begins. */
function withZeros(path: string, offset: number): string {
  const copy = join(dirname(path), 'damaged.duckdb');
  rmSync(`${copy}.wal`, { force: true });
  copyFileSync(path, copy);
  const file = openSync(copy, 'r+');
  writeSync(file, Buffer.alloc(4096), 0, 4096, offset);
  closeSync(file);
  return copy;
}

function* blocksOf(path: string): Generator<number> {
  const { size } = statSync(path);
  for (let offset = FIRST_BLOCK; offset < size; offset += BLOCK) yield offset;
}

/** The code of the error, which has to say how to save what is left; `undefined` if `work` succeeds. */
async function damageIn(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof SweepwrightError, String(error));
    assert.match(error.message, /damaged\.duckdb is damaged$/);
    assert.match(error.hint ?? '', /--salvage/);
    assert.equal(error.exitStatus, 1);
    return error.code;
  }
}

async function withReader(
  path: string,
  use: (reader: Awaited<ReturnType<typeof connect>>) => Promise<unknown>,
): Promise<void> {
  const reader = await connect(path);
  try {
    await use(reader);
  } finally {
    await reader.close();
  }
}

test('a block of zeros is a damaged database for every command, and the rest of it can be saved', async (t) => {
  const path = await finished(t);
  const [seen, results] = [new Set<string | undefined>(), new Set<string>()];
  for (const offset of blocksOf(path)) {
    const damaged = withZeros(path, offset);
    seen.add(await damageIn(() => withReader(damaged, readEverything)));
    results.add(await salvage(damaged));
  }
  assert.deepEqual(seen, new Set(['STORE_DAMAGED', undefined]));
  assert.deepEqual(results, new Set(['complete', 'in part', 'NOTHING_READABLE']));
});

async function salvage(path: string): Promise<string> {
  const to = join(dirname(path), 'saved.duckdb');
  rmSync(to, { force: true });
  try {
    const { tables } = await salvageDatabase({ path, to, now: () => NEW_YEAR });
    const saved = Object.fromEntries(tables.map(({ name, saved, lost }) => [name, saved + lost]));
    assert.equal(saved['trials'], TRIALS);
    assert.equal(saved['epochs'], TRIALS);
    const isComplete = tables.every(({ lost, emptied }) => lost === 0 && emptied.length === 0);
    await withReader(to, async (reader) => {
      const rows = await ask(reader, 'FROM leaderboard');
      if (isComplete) assert.equal(rows.length, TRIALS);
    });
    return isComplete ? 'complete' : 'in part';
  } catch (error) {
    assert.ok(error instanceof SweepwrightError, String(error));
    assert.ok(!existsSync(to));
    return error.code;
  }
}

test('an unreadable write-ahead log loses only its own rows', async (t) => {
  const whole = await finished(t);
  const store = await openStore(whole, { now: () => NEW_YEAR });
  t.after(() => store.close());
  await recordAll(await store.openSweep(declare()), [[0.5], [0.6]]);
  const [path, to] = [join(dirname(whole), 'damaged.duckdb'), join(dirname(whole), 'saved.duckdb')];
  for (const end of ['', '.wal']) execFileSync('cp', [`${whole}${end}`, `${path}${end}`]);
  const log = readFileSync(`${path}.wal`);
  const middle = Math.floor(log.length / 2);
  log.fill(0xff, middle, middle + 64);
  writeFileSync(`${path}.wal`, log);
  await damageIn(() => connect(path));
  const { tables, isLogLost } = await salvageDatabase({ path, to, now: () => NEW_YEAR });
  assert.ok(isLogLost);
  assert.equal(tables.find(({ name }) => name === 'trials')?.saved, TRIALS);
  assert.ok(existsSync(`${path}.wal`), 'the damaged database stays as it was');
  await assert.rejects(salvageDatabase({ path, to, now: () => NEW_YEAR }), { code: 'FILE_EXISTS' });
});

test('a database without its first write-ahead log is damaged, and says which file is missing', async (t) => {
  const folder = temporaryFolder(t);
  const [path, early] = [join(folder, 'sweeps.duckdb'), join(folder, 'early.duckdb')];
  const store = await openStore(path, { now: () => NEW_YEAR });
  t.after(() => store.close());
  execFileSync('cp', [path, early]);
  await assert.rejects(connect(early), {
    code: 'STORE_DAMAGED',
    message: /has no results/,
    hint: /early\.duckdb\.wal/,
  });
  await (await openStore(early, { now: () => NEW_YEAR })).close();
  await withReader(early, (reader) => ask(reader, 'FROM leaderboard'));
});
