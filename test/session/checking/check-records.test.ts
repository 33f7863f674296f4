import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Chalk } from 'chalk';
import { recordsText } from '../../../src/reporting/terminal/text/doctor-text.js';
import { checkRecords } from '../../../src/session/checking/check-records.js';
import { resultFolders } from '../../../src/session/result-folders.js';
import type { Store } from '../../../src/store/store.js';
import { Program } from '../../store/program.js';
import { declare, keyOf, NEW_YEAR, openTemporary, recordAll, tamper, temporaryFolder } from '../../store/helpers.js';

async function examine(db: string, repair = false): Promise<{ readonly healthy: boolean; readonly text: string }> {
  const report = await checkRecords({ db, repair, now: NEW_YEAR });
  const text = recordsText(report, repair, new Chalk({ level: 0 }));
  return { healthy: report.left.every((count) => count === 0), text };
}

async function closedStore(t: TestContext): Promise<Store> {
  const store = await openTemporary(t);
  await recordAll(await store.openSweep(declare()), [[0.5, 0.6]]);
  await store.close();
  return store;
}

test('every invariant has a line, and a healthy database is reported as in order', async (t) => {
  const { path } = await closedStore(t);
  const { healthy, text } = await examine(path);
  assert.ok(healthy);
  assert.match(text, /^(ok {4}\S.*\n){24}\nThe database is in order\.\n$/);
});

test('violations are counted and shown with the repair, and --repair removes them', async (t) => {
  const { path } = await closedStore(t);
  await tamper(path, "insert into data.warnings select unnest(range(2, 7)), 1, 'x', now()");
  const says =
    'every row of warnings belongs to a trial: 5 that do not, trial 2; trial 3; trial 4, and 2 more\n      -> ';
  const found = await examine(path);
  assert.equal(found.healthy, false);
  assert.ok(found.text.includes(`fail  ${says}--repair deletes these rows\n`), found.text);
  assert.match(found.text, /Not in order: 1 of 24\.\n$/);
  const repaired = await examine(path, true);
  assert.ok(repaired.healthy);
  assert.ok(repaired.text.includes(`done  ${says}done: deletes these rows\n`), repaired.text);
  assert.ok((await examine(path)).healthy);
});

test('a violation without a safe repair stays and is reported', async (t) => {
  const { path } = await closedStore(t);
  await tamper(path, 'delete from data.attempts');
  const { healthy, text } = await examine(path, true);
  assert.equal(healthy, false);
  assert.match(
    text,
    /fail {2}a trial that has ended has the attempt that ended it: 1 that does not, trial 1\n.*no safe repair/,
  );
});

test('a repair removes the draft that a killed trainer left', async (t) => {
  const { path } = await closedStore(t);
  const folder = join(resultFolders(path).checkpointRoot, keyOf(1));
  const draft = join(folder, 'epoch-0001.ckpt.01234567-89ab-cdef-0123-456789abcdef.tmp');
  mkdirSync(folder, { recursive: true });
  writeFileSync(draft, 'half');
  assert.equal((await examine(path)).healthy, false);
  assert.ok((await examine(path, true)).healthy);
  assert.ok(!existsSync(draft));
});

test('a database in use is checked through its sweep, and a repair is refused with a hint', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [path, 'idle']);
  await program.until(/ready/);
  const { healthy, text } = await examine(path);
  assert.ok(healthy);
  assert.match(text, /A sweep is running: its running trials and its checkpoint files were not checked/);
  await assert.rejects(examine(path, true), { code: 'STORE_LOCKED', hint: /Ctrl-C/ });
});
