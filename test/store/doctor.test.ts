import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Finding } from '../../src/core/results/database-report.js';
import { inspectDatabase, repairDatabase } from '../../src/store/doctor/inspect.js';
import { INVARIANTS } from '../../src/store/doctor/invariants.js';
import { openStore } from '../../src/store/store.js';
import { Program } from './program.js';
import {
  ask,
  completed,
  declare,
  epochOf,
  failed,
  findOf,
  keyOf,
  NEW_YEAR,
  started,
  tamper,
  temporaryFolder,
  trialOf,
} from './helpers.js';

interface Results {
  readonly path: string;
  readonly root: string;
}

/** A trial that completed after a failed attempt, with a curve, classes and a checkpoint; and a trial paused after an epoch. */
async function someResults(t: TestContext): Promise<Results> {
  const folder = temporaryFolder(t);
  const [path, root] = [join(folder, 'sweeps.duckdb'), join(folder, 'checkpoints')];
  const store = await openStore(path, { now: () => NEW_YEAR });
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  const classes = { names: ['a', 'b'], confusion: [3, 1, 1, 3] };
  for (const id of [handle.nextTrialId(), handle.nextTrialId()]) {
    await recorder.emit(started(trialOf(id)));
    const checkpoint = saveCheckpoint(root, keyOf(id), 'epoch-0001.ckpt', `first of ${id}`);
    await recorder.emit(epochOf(id, 1, { val_accuracy: 0.5 }, 1, { classes, checkpoint }));
    await recorder.emit({ type: 'trial-warning', at: NEW_YEAR, trialId: id, attempt: 1, message: 'slow' });
    await recorder.emit(failed(id, true));
  }
  await recorder.emit(started(trialOf(1), 2));
  for (const epoch of [2, 3]) {
    const checkpoint = saveCheckpoint(root, keyOf(1), `epoch-000${epoch}.ckpt`, `number ${epoch}`);
    await recorder.emit(epochOf(1, epoch, { val_accuracy: 1 / epoch, loss: 1 }, 2, { classes, checkpoint }));
  }
  await recorder.emit(completed(1, 2));
  await store.recordLrFind(findOf(1));
  await handle.noteLrFinds([findOf(1).key]);
  await store.close();
  return { path, root };
}

function saveCheckpoint(
  root: string,
  key: string,
  file: string,
  content: string,
): { file: string; bytes: number; sha256: string } {
  mkdirSync(join(root, key), { recursive: true });
  writeFileSync(join(root, key, file), content);
  return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

const files = (root: string) => ({ root, isLeftover: (name: string) => name.endsWith('.tmp') });

async function broken({ path, root }: Results): Promise<readonly Finding[]> {
  return (await inspectDatabase(path, { files: files(root) })).findings.filter(({ count }) => count > 0);
}

const repair = ({ path, root }: Results): Promise<void> =>
  repairDatabase(path, { files: files(root), now: NEW_YEAR + 1 });

/** SQL that breaks each invariant of rows, and the text of its finding. */
const BREAKS: Readonly<Record<string, { readonly by: string; readonly shows: RegExp; readonly lasts?: boolean }>> = {
  'every row of members belongs to a trial': {
    by: 'insert into data.members (sweep, trial, position, current) values (1, 9, 9, true)',
    shows: /^trial 9$/,
  },
  'every row of attempts belongs to a trial': {
    by: 'insert into data.attempts select * replace (9 as trial) from data.attempts where trial = 1 and attempt = 1',
    shows: /^trial 9$/,
  },
  'every row of epochs belongs to a trial': {
    by: "insert into data.epochs values (9, 1, 1, 'loss', 1, now(), false)",
    shows: /^trial 9$/,
  },
  'every row of warnings belongs to a trial': {
    by: "insert into data.warnings values (9, 1, 'x', now())",
    shows: /^trial 9$/,
  },
  'every row of checkpoints belongs to a trial': {
    by: "insert into data.checkpoints values (9, 1, 1, 'x', 1, 'x', now(), null)",
    shows: /^trial 9$/,
  },
  'every row of class_counts belongs to a trial': {
    by: "insert into data.class_counts values (9, 1, 1, 0, 'x', 1, 1, 1, false)",
    shows: /^trial 9$/,
  },
  'every row of confusion belongs to a trial': {
    by: 'insert into data.confusion values (9, 1, 1, 0, 0, 1)',
    shows: /^trial 9$/,
  },
  'every member belongs to a sweep': {
    by: 'insert into data.members (sweep, trial, position, current) values (7, 1, 0, true)',
    shows: /^sweep number 7$/,
  },
  'every sweep has a declaration': {
    by: "insert into data.sweeps by name select 5 as id, 'lost' as name, now() as created_at, now() as opened_at",
    shows: /^sweep lost$/,
    lasts: true,
  },
  'a trial is in a sweep once': {
    by: 'insert into data.members from data.members where trial = 1',
    shows: /^trial 1$/,
  },
  'every point belongs to a range test': {
    by: 'insert into data.lr_find_points values (7, 1, 0.1, 1, 1)',
    shows: /^range test 7$/,
  },
  'a range test has every step exactly once': {
    by: 'delete from data.lr_find_points where step = 1',
    shows: /^range test 1$/,
  },
  'a sweep uses only range tests that exist': {
    by: 'insert into data.lr_find_sweeps values (7, 1)',
    shows: /^sweep number 1, range test 7$/,
  },
  'an attempt ends once': {
    by: 'insert into data.attempts from data.attempts where trial = 1 and attempt = 2',
    shows: /^attempt 2 of trial 1$/,
    lasts: true,
  },
  'a metric has one value in an epoch': {
    by: "insert into data.epochs select * replace (0 as attempt, 0.1 as value) from data.epochs where trial = 1 and epoch = 2 and metric = 'loss'",
    shows: /^loss in epoch 2 of trial 1$/,
  },
  'curves of the built-in trainer have no gap': {
    by: 'delete from data.epochs where trial = 1 and epoch = 2',
    shows: /^trial 1, which has 2 of 3 epochs$/,
    lasts: true,
  },
  'a trial that has ended has the attempt that ended it': {
    by: "delete from data.attempts where outcome = 'completed'",
    shows: /^trial 1$/,
    lasts: true,
  },
  'a trial counts the attempts that failed': {
    by: 'update data.trials set failures = 4 where id = 2',
    shows: /^trial 2, which counts 4 instead of 1$/,
  },
  'the best epoch is the one that the curve has': {
    by: 'update data.members set best_epoch = 3 where trial = 1',
    shows: /^trial 1 in sweep flowers$/,
  },
  'a checkpoint file has one row': {
    by: "insert into data.checkpoints select * replace (0 as attempt, 'x' as sha256) from data.checkpoints where trial = 1 and epoch = 3",
    shows: /^epoch-0003.ckpt of trial 1$/,
  },
};

test('every invariant of rows is broken by a test', () => {
  assert.deepEqual(Object.keys(BREAKS).sort(), INVARIANTS.map(({ says }) => says).sort());
});

test('the database of a sweep breaks no invariant, and a repair changes nothing', async (t) => {
  const results = await someResults(t);
  assert.deepEqual(await broken(results), []);
  await repair(results);
  assert.deepEqual(await broken(results), []);
  const store = await openStore(results.path, { now: () => NEW_YEAR });
  t.after(() => store.close());
  assert.deepEqual(
    await ask(store.reader, 'select trial, state, failures, objective, best_epoch from trials order by trial'),
    [
      { trial: 1, state: 'completed', failures: 1, objective: 0.5, best_epoch: 1 },
      { trial: 2, state: 'queued', failures: 1, objective: 0.5, best_epoch: 1 },
    ],
  );
});

for (const [says, { by, shows, lasts = false }] of Object.entries(BREAKS)) {
  test(`“${says}” is found broken${lasts ? ', and not repaired' : ', and repaired'}`, async (t) => {
    const results = await someResults(t);
    await tamper(results.path, by);
    const finding = (await broken(results)).find((one) => one.says === says);
    assert.equal(finding?.count, 1);
    assert.match(finding.examples[0]!, shows);
    assert.equal(finding.repair === undefined, lasts);
    await repair(results);
    const left = (await broken(results)).map((one) => one.says);
    assert.deepEqual(left, lasts ? left.filter((one) => one === says || BREAKS[one]!.lasts) : []);
    assert.equal(left.includes(says), lasts);
  });
}

test('a repair pauses the running trials of a dead process; their attempts are lost', async (t) => {
  const folder = temporaryFolder(t);
  const results = { path: join(folder, 'sweeps.duckdb'), root: join(folder, 'checkpoints') };
  const program = new Program(t, 'record', [results.path, 'halfway']);
  await program.until(/halfway\n/);
  await program.kill();
  const [finding] = await broken(results);
  assert.deepEqual([finding?.says, finding?.count], ['no trial runs without a process', 2]);
  await repair(results);
  assert.deepEqual(await broken(results), []);
  const store = await openStore(results.path, { now: () => NEW_YEAR });
  t.after(() => store.close());
  assert.deepEqual(await ask(store.reader, 'select distinct status, failures from data.trials'), [
    { status: 'paused', failures: 0 },
  ]);
  assert.deepEqual(await ask(store.reader, 'select distinct outcome from data.attempts'), [{ outcome: 'lost' }]);
});

test('checkpoint files that are missing, damaged in one bit, cut or left over are found', async (t) => {
  const results = await someResults(t);
  const { root, path } = results;
  const folder = join(root, keyOf(1));
  rmSync(join(folder, 'epoch-0001.ckpt'));
  writeFileSync(join(folder, 'epoch-0002.ckpt'), 'numbes 2');
  writeFileSync(join(folder, 'epoch-0003.ckpt'), 'num');
  writeFileSync(join(folder, 'half.tmp'), '');
  writeFileSync(join(folder, 'mine.txt'), 'a trainer of one’s own keeps what it likes');
  mkdirSync(join(root, 'ffffffffffffffff'));
  writeFileSync(join(root, 'ffffffffffffffff', 'other.tmp'), 'of a trial that this database does not know');
  assert.deepEqual(
    (await broken(results)).map(({ says, examples }) => [says, ...examples]),
    [
      ['every checkpoint that has a row is on disk', 'epoch-0001.ckpt of trial 1'],
      ['every checkpoint file has the hash of its row', 'epoch-0002.ckpt of trial 1', 'epoch-0003.ckpt of trial 1'],
      ['no checkpoint file is left over', `${keyOf(1)}/half.tmp`],
    ],
  );
  await repair(results);
  assert.deepEqual(await broken(results), []);
  assert.deepEqual(readdirSync(folder), ['mine.txt']);
  assert.ok(existsSync(join(root, 'ffffffffffffffff', 'other.tmp')));
  const store = await openStore(path, { now: () => NEW_YEAR });
  t.after(() => store.close());
  assert.deepEqual(await ask(store.reader, 'select trial, epoch from checkpoints where removed_at is null'), [
    { trial: 2, epoch: 1 },
  ]);
});

test('a database that a sweep has open is inspected through its process, and a repair is refused', async (t) => {
  const folder = temporaryFolder(t);
  const results = { path: join(folder, 'sweeps.duckdb'), root: join(folder, 'checkpoints') };
  const program = new Program(t, 'record', [results.path, 'idle']);
  await program.until(/ready/);
  const { holder, findings } = await inspectDatabase(results.path, { files: files(results.root) });
  assert.equal(holder?.pid, program.child.pid);
  assert.deepEqual(
    findings.map(({ says, count }) => [says, count]),
    INVARIANTS.map(({ says }) => [says, 0]),
  );
  await assert.rejects(repair(results), { code: 'STORE_LOCKED' });
});
