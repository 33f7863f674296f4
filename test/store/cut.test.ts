import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { SweepwrightError } from '../../src/core/errors.js';
import { openStore } from '../../src/store/store.js';
import { Rig } from '../rig.js';
import { ask, NEW_YEAR, temporaryFolder } from './helpers.js';
import { Program } from './program.js';

/** A database file and its write-ahead log after a crash. */
interface Remains {
  readonly database: string;
  readonly fileBytes: number;
  readonly logBytes: number;
  readonly acknowledged: number;
}

async function crash(t: TestContext): Promise<Remains> {
  const database = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [database]);
  await program.until(/^(?:.*\n){10}/);
  await program.kill();
  const sizeOf = (path: string): number => statSync(path).size;
  const acknowledged = [...program.stdout.matchAll(/^epoch \d+ \d+$/gm)].length;
  return { database, fileBytes: sizeOf(database), logBytes: sizeOf(`${database}.wal`), acknowledged };
}

/** Copies the files; the one with this ending is cut to `bytes`. */
function cut({ database }: Remains, to: string, end: '' | '.wal', bytes: number): string {
  mkdirSync(to, { recursive: true });
  const copy = join(to, 'sweeps.duckdb');
  for (const each of ['', '.wal']) copyFileSync(`${database}${each}`, `${copy}${each}`);
  truncateSync(`${copy}${end}`, bytes);
  return copy;
}

/** Number of epochs that can be read after opening the database for writing, or the code of the error. */
async function epochsIn(path: string): Promise<number | string> {
  try {
    const store = await openStore(path, { now: () => NEW_YEAR });
    try {
      const [row] = await ask(
        store.reader,
        "select count(*)::integer as epochs from curves where metric = 'val_accuracy'",
      );
      return Number(row!['epochs']);
    } finally {
      await store.close();
    }
  } catch (error) {
    assert.ok(error instanceof SweepwrightError, String(error));
    assert.ok(error.hint !== undefined && error.hint !== '', error.message);
    return error.code;
  }
}

const SHARES = [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999];

test('a cut write-ahead log yields its complete transactions, or the error STORE_DAMAGED', async (t) => {
  const remains = await crash(t);
  const folder = temporaryFolder(t);
  const places = [...SHARES.map((share) => Math.floor(share * remains.logBytes)), remains.logBytes - 1];
  const found: (number | string)[] = [];
  for (const [index, bytes] of places.entries()) {
    found.push(await epochsIn(cut(remains, join(folder, String(index)), '.wal', bytes)));
  }
  const counts = found.filter((epochs) => typeof epochs === 'number');
  assert.deepEqual(
    found.filter((epochs) => typeof epochs === 'string' && epochs !== 'STORE_DAMAGED'),
    [],
  );
  assert.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
    'the more of the log there is, the more there is',
  );
  const whole = await epochsIn(cut(remains, join(folder, 'whole'), '.wal', remains.logBytes));
  assert.ok(typeof whole === 'number' && whole >= remains.acknowledged, `${whole} of ${remains.acknowledged}`);
  t.diagnostic(found.join(' '));
});

test('a cut database file has an error, unless the part that was cut off was unused', async (t) => {
  const remains = await crash(t);
  const folder = temporaryFolder(t);
  const places = [
    0,
    1,
    4_095,
    4_096,
    8_192,
    12_287,
    12_288,
    ...SHARES.map((share) => Math.floor(share * remains.fileBytes)),
  ];
  let refused = 0;
  for (const [index, bytes] of places.entries()) {
    const found = await epochsIn(cut(remains, join(folder, String(index)), '', bytes));
    const whole = typeof found === 'number' && found >= remains.acknowledged;
    const said = found === 'STORE_DAMAGED' || found === 'NOT_A_DATABASE';
    assert.ok(said || whole, `${bytes} of ${remains.fileBytes}: ${found}`);
    refused += Number(said);
  }
  assert.ok(refused >= 7, `${refused} are refused`);
});

let rig: Rig;
before(() => (rig = new Rig()));
after(() => rig.close());

test('reading or resuming a cut database has an error with a hint', async (t) => {
  const remains = await crash(t);
  const path = cut(remains, join(rig.folder, 'results'), '', 9_000);
  for (const args of [['top'], ['status'], ['sql', 'from trials'], ['resume'], ['doctor', '--db', path]]) {
    const { code, stdout, stderr } = await rig.run(...args);
    const said = `${stdout}${stderr}`;
    assert.ok(code === 1 || code === 2, `${args.join(' ')}: ${code}`);
    assert.match(said, /is damaged/);
    assert.match(said, /Restore a copy|another database/);
    assert.doesNotMatch(said, /^ {4}at /m);
  }
  assert.equal(dirname(path), join(rig.folder, 'results'));
});
