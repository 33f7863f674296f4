import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkDatabase } from '../../src/session/checking/check-database.js';
import { serve } from '../../src/store/endpoint/serve.js';
import { openStore } from '../../src/store/store.js';
import { Rig } from '../rig.js';
import { completed, declare, epochOf, failed, NEW_YEAR, record, started, trialOf } from '../store/helpers.js';

const databaseOf = ({ folder }: Rig): string => join(folder, 'results', 'sweeps.duckdb');

/** Two sweeps, written once by the recorder; the tests only read. */
let rig: Rig;
before(async () => {
  rig = new Rig();
  const store = await openStore(databaseOf(rig), { now: () => NEW_YEAR });
  const losses = declare({ name: 'losses', objective: { metric: 'loss', goal: 'minimize' }, declared: undefined });
  await record((await store.openSweep(losses)).recorder(), trialOf(1, { x: 1 }), [2, 1], 'loss');
  const target = { metric: 'val_accuracy', goal: 'maximize', target: 0.9 } as const;
  const handle = await store.openSweep(declare({ objective: target, declared: 6 }));
  const recorder = handle.recorder();
  for (const id of [2, 3, 4]) {
    const params = {
      backbone: `b${id}`,
      learning_rate: 3e-5 * id,
      epochs: 3,
      'optimizer.momentum': id === 4 ? null : 0.9,
    };
    await record(recorder, trialOf(id, params, 5), [0.25 * id - 0.3, 0.25 * id - 0.2, 0.25 * id - 0.25]);
  }
  const unlucky = trialOf(5, { backbone: 'b5', learning_rate: 1, epochs: 3 }, 5);
  await recorder.emit(started(unlucky));
  await recorder.emit(failed(5, true));
  await recorder.emit(started(unlucky, 2, NEW_YEAR + 70_000));
  await recorder.emit(epochOf(5, 1, { val_accuracy: 0.125 }, 2));
  await recorder.emit({ type: 'trial-warning', at: NEW_YEAR, trialId: 5, attempt: 2, message: 'an image is odd' });
  await recorder.emit({ ...failed(5, false, 2), at: NEW_YEAR + 100_000 });
  await recorder.close();
  await store.close();
});
after(() => rig.close());

test('top shows the best trials of the last sweep, with the parameters that vary', async () => {
  const { code, stdout, stderr } = await rig.run('top');
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    [
      'flowers  3/6 done  1 failed  maximize val_accuracy to 0.9000',
      'rank  trial  val_accuracy  epoch    time  backbone  learning_rate  optimizer.momentum',
      '   1      4        0.8000      2  1m 00s  b4               1.2e-4                   -',
      '   2      3        0.5500      2  1m 00s  b3                 9e-5                 0.9',
      '   3      2        0.3000      2  1m 00s  b2                 6e-5                 0.9',
      '',
    ].join('\n'),
  );
});

test('top takes a name and a number', async () => {
  const one = await rig.run('top', 'flowers', '-n', '1');
  assert.deepEqual(
    one.stdout
      .split('\n')
      .slice(2)
      .map((line) => line.trim().split(/\s+/)[1]),
    ['4', undefined],
  );
  const other = await rig.run('top', 'losses');
  assert.match(other.stdout, /^losses {2}1\/∞ done {2}minimize loss\nrank {2}trial +loss .*\n {3}1 +1 +1\.0000 +2 /);
  for (const count of ['0', '1.5', 'x']) assert.equal((await rig.run('top', '-n', count)).code, 2, count);
});

test('top --json has the same content for programs', async () => {
  const { code, stdout } = await rig.run('top', '--json', '-n', '2');
  assert.equal(code, 0);
  const { trials, ...board } = JSON.parse(stdout) as { trials: object[] };
  assert.deepEqual(board, {
    ...{ sweep: 'flowers', metric: 'val_accuracy', goal: 'maximize', target: 0.9, declared: 6 },
    ...{ queued: 2, running: 0, interrupted: 0, paused: 0, completed: 3, stopped: 0, failed: 1 },
  });
  assert.equal(trials.length, 2);
  assert.deepEqual(trials[0], {
    ...{ rank: 1, trial: 4, state: 'completed', objective: 0.8, best_epoch: 2, seconds: 60, seed: 5 },
    params: { x: null, backbone: 'b4', learning_rate: 1.2e-4, epochs: 3, 'optimizer.momentum': null },
    ...{ note: null, tags: [] },
  });
});

test('status has a line for each sweep, or for the named one', async () => {
  const all = await rig.run('status');
  assert.equal(all.code, 0, all.stderr);
  assert.match(
    all.stdout,
    /^flowers {2}3\/6 done {2}1 failed .* best 0\.8000 \(trial 4\) .*\nlosses {2}1\/∞ done .* best 1\.0000 \(trial 1\) .*\n$/,
  );
  const one = await rig.run('status', 'losses');
  assert.doesNotMatch(one.stdout, /flowers/);
});

test('show prints a trial’s parameters, curve, attempts, warnings and errors', async () => {
  const good = await rig.run('show', '4');
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /^trial 4 {2}completed {2}1m 00s {2}[0-9a-f]{16}\n/);
  assert.match(
    good.stdout,
    /\nbackbone b4 {2}learning_rate 1\.2e-4 {2}epochs 3 {2}optimizer\.momentum null {2}seed 5\n/,
  );
  assert.match(good.stdout, /\nsweep flowers {2}rank 1 {2}val_accuracy 0\.8000 in epoch 2\n/);
  assert.match(good.stdout, /\nval_accuracy by epoch\n0\.8000 ┤.*●.*\n[^]*\n0\.7000 ┤●[^]*└─+\n +1 +3\n/);
  assert.match(good.stdout, /\nattempt 1 completed on cpu:0\/0 after 1m 00s\n$/);

  const bad = await rig.run('show', '5');
  assert.match(bad.stdout, /^trial 5 {2}failed {2}1m 30s /);
  assert.match(bad.stdout, /\nsweep flowers {2}not ranked /);
  assert.match(
    bad.stdout,
    /\nattempt 1 failed on cpu:0\/0 after 1m 00s: code, DIVERGED the loss is NaN\n {4}at train \(trainer\.js:1:2\)\n/,
  );
  assert.match(bad.stdout, /\nattempt 2 failed on cpu:0\/0 after 30s: code, DIVERGED [^]*\n! an image is odd\n$/);
});

test('sql prints rows as a table or in the requested format', async () => {
  const query = "SELECT trial, backbone, objective FROM leaderboard WHERE sweep = 'flowers' ORDER BY trial LIMIT 2";
  const print = async (...flags: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await rig.run('sql', query, ...flags);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.equal(
    await print(),
    'trial  backbone  objective\n    2  b2              0.3\n    3  b3             0.55\n2 rows\n',
  );
  const numbers = await rig.run('sql', 'SELECT 0.1 + 0.2::double AS sum, unnest([0.01, 3e-4]) AS rate, 2 / 3 AS share');
  assert.match(numbers.stdout, /^sum +rate +share\n0\.3 +1e-2 +0\.666667\n0\.3 +3e-4 +0\.666667\n/);
  assert.equal(await print('--format', 'csv'), 'trial,backbone,objective\n2,b2,0.3\n3,b3,0.55\n');
  assert.equal(
    await print('-f', 'jsonl'),
    '{"trial":2,"backbone":"b2","objective":0.3}\n{"trial":3,"backbone":"b3","objective":0.55}\n',
  );
  assert.deepEqual(JSON.parse(await print('-f', 'json')), [
    { trial: 2, backbone: 'b2', objective: 0.3 },
    { trial: 3, backbone: 'b3', objective: 0.55 },
  ]);
  assert.equal(await print('-f', 'csv', '-o', 'out.csv'), '');
  assert.equal(readFileSync(join(rig.folder, 'out.csv'), 'utf8'), 'trial,backbone,objective\n2,b2,0.3\n3,b3,0.55\n');
  assert.equal(await print('-f', 'parquet', '-o', 'out.parquet'), '');
  assert.equal(readFileSync(join(rig.folder, 'out.parquet')).subarray(0, 4).toString(), 'PAR1');
  assert.equal(await print('-o', 'out.txt'), '');
  assert.match(readFileSync(join(rig.folder, 'out.txt'), 'utf8'), /^trial {2}backbone/);
});

test('an invalid question ends with an error, a hint and exit status 2', async () => {
  const cases: [readonly string[], RegExp][] = [
    [['top', 'birds'], /there is no sweep "birds" in the database\nIt has: flowers, losses\./],
    [['status', 'birds'], /there is no sweep "birds"/],
    [['show', '99'], /there is no trial 99 in the database\nTrial numbers go up to 5/],
    [['show', 'x'], /"x" names no trial/],
    [['sql', 'SELECT nosuch FROM curves'], /LINE 1: SELECT nosuch FROM curves\n {15}\^\nColumns of curves: sweep, /],
    [['sql', 'DROP VIEW curves'], /only a SELECT can be asked/],
    [['sql', "FROM read_text('/etc/hostname')"], /read_text\(\) is not allowed/],
    [['sql', 'SELECT 1', '-f', 'parquet'], /Name a file: -o/],
    [['sql', 'SELECT 1', '-f', 'xml'], /Choices/],
    [['sql', 'SELECT 1', '-f', 'csv', '-o', 'nowhere/out.csv'], /nowhere\/out\.csv/],
    [['top', '--db', 'out'], /there are no results yet: out does not exist\nStart a sweep/],
    [['sql', 'SELECT 1', '--db', '.'], /is a folder, not a database/],
  ];
  for (const [args, message] of cases) {
    const { code, stdout, stderr } = await rig.run(...args);
    assert.match(stderr, message, args.join(' '));
    assert.equal(code, args.includes('nowhere/out.csv') ? 1 : 2, args.join(' '));
    assert.equal(stdout, '');
    assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
  }
  assert.ok(!existsSync(join(rig.folder, 'out')), 'asking makes no database');
});

test('a reader that closes the pipe early ends a long answer', async () => {
  const cli = rig.start('sql', 'FROM range(20000000)', '--format', 'csv');
  await cli.until(/\n1000\n/);
  cli.child.stdout.destroy();
  const { code, stderr } = await cli.ended;
  assert.equal(stderr, '');
  assert.equal(code, 0);
});

test('every command answers while another process has the database open', async (t) => {
  const busy = new Rig();
  t.after(() => busy.close());
  const store = await openStore(databaseOf(busy), { now: Date.now });
  t.after(() => store.close());
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  const trial = trialOf(handle.nextTrialId(), { x: 1 });
  await recorder.emit(started(trial, 1, Date.now()));
  await recorder.emit(epochOf(1, 1, { val_accuracy: 0.5 }));
  const endpoint = await serve(store, { sweep: 'flowers', now: Date.now });
  t.after(() => endpoint.close());

  assert.match(
    (await busy.run('top')).stdout,
    /^flowers {2}0\/12 done {2}1 running .*\n {3}rank .*\nrunning +1 +0\.5000 +1 /,
  );
  const status = await busy.run('status');
  assert.match(status.stdout, /\ncpu:0\/0 +1 +flowers +1 +0\.5000 /);
  assert.match(status.stdout, new RegExp(`open in process ${process.pid}, which has run flowers for `));
  assert.match(
    (await busy.run('show', '1')).stdout,
    /^trial 1 {2}running [^]*attempt 1 is running on cpu:0\/0 with 1 TensorFlow thread/,
  );
  await recorder.emit(completed(1, 1, Date.now()));
  assert.deepEqual(await busy.rows('SELECT rank, objective FROM leaderboard'), [{ rank: 1, objective: 0.5 }]);
  assert.equal((await busy.run('sql', 'FROM curves', '-f', 'parquet', '-o', 'curves.parquet')).code, 0);

  const [row] = await checkDatabase(databaseOf(busy), Date.now());
  assert.equal(row?.status, 'ok');
  assert.match(
    row.detail,
    new RegExp(`1 sweep, 1 trial, .*\\nin use by process ${process.pid}, which has run flowers for `),
  );
});

test('the doctor reads a database to its last block and reports damage', async () => {
  const path = databaseOf(rig);
  const [whole] = await checkDatabase(path, 0);
  assert.equal(whole?.status, 'ok');
  assert.match(whole.detail, /: 2 sweeps, 5 trials, 12 measurements \(schema \d+, DuckDB \d+\.\d+\.\d+\)$/);
  const [missing] = await checkDatabase(join(rig.folder, 'none.duckdb'), 0);
  assert.equal(missing?.status, 'ok');
  assert.match(missing.detail, /is made by the first sweep/);

  mkdirSync(join(rig.folder, 'broken'));
  const bytes = readFileSync(path);
  for (const [name, content] of [
    ['flipped', bytes.with(bytes.length - 200_000, bytes[bytes.length - 200_000]! ^ 1)],
    ['text', 'not a database'],
  ] as const) {
    const file = join(rig.folder, 'broken', name);
    writeFileSync(file, content);
    const [found] = await checkDatabase(file, 0);
    assert.equal(found?.status, 'fail', name);
  }
});
