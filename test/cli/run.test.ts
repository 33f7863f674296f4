import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type { SweepEvent } from '../../src/core/trial/events.js';
import { Rig } from '../rig.js';

const GATED = fileURLToPath(new URL('../fixtures/trainers/gated.js', import.meta.url));

let rig: Rig;
beforeEach(() => (rig = new Rig()));
afterEach(() => rig.close());

/** A sweep over `x` by the gated trainer; what `more` says comes at the end of the file. */
function writeSweep(values: readonly number[], more = '', name = 'climb'): void {
  mkdirSync(join(rig.folder, 'data'), { recursive: true });
  const lines = [
    `name: ${name}`,
    'method: grid',
    `trainer: ${GATED}`,
    'dataset: ./data',
    'metric: { name: score, goal: maximize }',
    'slots: 2',
    'parameters:',
    `  x: { values: [${values.join(', ')}] }`,
    more,
  ];
  rig.write(`${name}.yaml`, lines.join('\n'));
}

const put = (name: string): void => writeFileSync(join(rig.folder, 'data', name), '');
const remove = (name: string): void => rmSync(join(rig.folder, 'data', name));

/** Epochs that were begun, each as `x/seed/epoch`. */
function trained(): string[] {
  const file = join(rig.folder, 'data', '.trained');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

const STATES = 'SELECT x, state, objective, best_epoch FROM leaderboard ORDER BY x, trial';
const finished = (...values: readonly number[]): object[] =>
  values.map((x) => ({ x, state: 'completed', objective: 3 * x, best_epoch: 3 }));

test('a sweep ends with a leaderboard, and running it again runs nothing', async () => {
  writeSweep([1, 2, 3]);
  const first = await rig.run('run', 'climb.yaml');
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^climb: 3 trials, 2 at a time$/m);
  assert.match(first.stdout, /^✓ trial \d+ +score 9\.0000 \(epoch 3\)/m);
  assert.match(first.stdout, /^Finished: 3 done in .*\.\n\n/m);
  assert.deepEqual(await rig.rows(STATES), finished(1, 2, 3));

  const again = await rig.run('run', 'climb.yaml');
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stdout, /^climb goes on: 3 of 3 trials are done$/m);
  assert.equal(trained().length, 9);
});

test('a sweep that is killed with -9 and resumed has every declared trial exactly once', async () => {
  writeSweep([1, 2, 3, 4]);
  put('.hold');
  const running = rig.start('run', 'climb.yaml');
  await running.until(/epoch 1[^]*epoch 1/);
  await running.kill('SIGKILL');
  remove('.hold');

  const resumed = await rig.run('resume');
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.match(resumed.stdout, /^climb goes on: 0 of 4 trials are done$/m);
  assert.deepEqual(await rig.rows(STATES), finished(1, 2, 3, 4));
  assert.deepEqual(await rig.rows('SELECT DISTINCT attempt FROM trials WHERE x <= 2'), [{ attempt: 2 }]);
  const curves = await rig.rows("SELECT count(*) AS n FROM curves WHERE metric = 'score'");
  assert.deepEqual(curves, [{ n: 12 }]);
});

test('a killed sweep leaves no process behind', async () => {
  writeSweep([1, 2]);
  put('.hold');
  const running = rig.start('run', 'climb.yaml', '--json');
  await running.until(/"trial-epoch"/);
  const [, pid] = await running.until(/"host-started".*?"pid":(\d+)/);
  await running.kill('SIGKILL');
  await until(() => !isAlive(Number(pid)));
});

test('--slots stays in effect in later runs until the file changes', async () => {
  writeSweep([1, 2, 3]);
  await rig.run('run', 'climb.yaml', '--slots', '1', '--max-trials', '1');
  const resumed = await rig.run('resume', '--max-trials', '1');
  assert.match(resumed.stdout, /--slots 1, as in the last session \(--slots 2 goes back to the sweep file\)/);
  writeSweep([1, 2, 3, 4]);
  const changed = await rig.run('run', 'climb.yaml', '--max-trials', '1');
  assert.doesNotMatch(changed.stdout, /--slots/);
});

test('Ctrl-C stops at the next report, a second Ctrl-C at once; resume continues after both', async () => {
  writeSweep([1, 2, 3]);
  put('.hold');
  const once = rig.start('run', 'climb.yaml');
  await once.until(/epoch 1[^]*epoch 1/);
  once.child.kill('SIGINT');
  await once.until(/stopping after the epochs under way/);
  remove('.hold');
  const { code, stdout } = await once.ended;
  assert.equal(code, 130);
  assert.match(stdout, /^Interrupted: 0 done, 2 paused in .*\nContinue with: sweep resume climb$/m);
  assert.deepEqual(await rig.rows('SELECT state FROM trials ORDER BY trial'), [
    { state: 'paused' },
    { state: 'paused' },
  ]);

  put('.hold');
  const twice = rig.start('resume', 'climb');
  await twice.until(/epoch 1[^]*epoch 1/);
  twice.child.kill('SIGINT');
  await twice.until(/stopping after/);
  twice.child.kill('SIGINT');
  assert.equal((await twice.ended).code, 130);

  remove('.hold');
  assert.equal((await rig.run('resume')).code, 0);
  assert.deepEqual(await rig.rows(STATES), finished(1, 2, 3));
});

test('while a sweep runs, other processes may query its database but not run a sweep on it', async () => {
  writeSweep([1, 2, 3]);
  put('.hold');
  const running = rig.start('run', 'climb.yaml');
  await running.until(/epoch 1[^]*epoch 1/);

  const rows = await rig.rows('SELECT x, state, objective FROM leaderboard ORDER BY x');
  assert.deepEqual(rows, [
    { x: 1, state: 'running', objective: 1 },
    { x: 2, state: 'running', objective: 2 },
  ]);
  for (const command of [['top'], ['status'], ['show', '1'], ['plan', 'climb.yaml']]) {
    const { code, stdout, stderr } = await rig.run(...command);
    assert.equal(code, 0, `${command.join(' ')}: ${stderr}`);
    assert.match(stdout, /climb|score/);
  }
  const second = await rig.run('run', 'climb.yaml');
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(`process ${running.child.pid}`));

  remove('.hold');
  assert.equal((await running.ended).code, 0);
});

test('a trial that throws is recorded, the others continue, and --retry-failed runs it again', async () => {
  writeSweep([-1, 1, 2]);
  const first = await rig.run('run', 'climb.yaml');
  assert.equal(first.code, 1);
  assert.match(first.stdout, /^✗ trial \d+ +failed: TRAINER_THREW: x is -1/m);
  assert.match(first.stdout, /^Finished: 2 done, 1 failed in /m);
  assert.deepEqual(await rig.rows('SELECT code, message, final FROM failures'), [
    { code: 'TRAINER_THREW', message: 'x is -1', final: true },
  ]);

  put('.mercy');
  const again = await rig.run('resume');
  assert.match(again.stdout, /1 failed before; --retry-failed runs them again/);
  assert.equal((await rig.rows("SELECT 1 FROM trials WHERE state = 'failed'")).length, 1);
  const retried = await rig.run('resume', '--retry-failed');
  assert.equal(retried.code, 0, retried.stderr);
  assert.deepEqual(await rig.rows("SELECT x FROM trials WHERE state = 'completed' ORDER BY x"), [
    { x: -1 },
    { x: 1 },
    { x: 2 },
  ]);
});

test('a changed file runs the difference; removed trials keep their rows and leave the leaderboard', async () => {
  writeSweep([1, 2]);
  await rig.run('run', 'climb.yaml');
  writeSweep([2, 3]);
  const { code, stdout, stderr } = await rig.run('run', 'climb.yaml');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /changed x: 3 added/);
  assert.match(stdout, /changed x: 1 removed/);
  assert.match(stdout, /1 trial no longer declared/);
  assert.deepEqual(await rig.rows(STATES), finished(2, 3));
  assert.equal((await rig.rows('SELECT 1 FROM trials')).length, 3);
  assert.equal(trained().filter((epoch) => epoch.startsWith('2/')).length, 3);
});

test('a recorded file that today’s version refuses does not stop the sweep from continuing', async () => {
  writeSweep([1]);
  await rig.run('run', 'climb.yaml');
  const instance = await DuckDBInstance.create(join(rig.folder, 'results/sweeps.duckdb'));
  const connection = await instance.connect();
  await connection.run("update data.revisions set definition = 'method: spiral', definition_hash = 'old'");
  connection.closeSync();
  instance.closeSync();

  writeSweep([1, 2]);
  const { code, stdout, stderr } = await rig.run('run', 'climb.yaml');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /changed the file; this version does not understand the earlier one/);
  assert.deepEqual(await rig.rows(STATES), finished(1, 2));
});

test('a trial that another sweep finished is not trained again', async () => {
  writeSweep([1, 2]);
  await rig.run('run', 'climb.yaml');
  writeSweep([2, 3], '', 'other');
  const { code, stdout } = await rig.run('run', 'other.yaml');
  assert.equal(code, 0);
  assert.match(stdout, /1 trial taken from other sweeps/);
  assert.equal(trained().length, 9);
  assert.deepEqual(await rig.rows("SELECT x, state FROM leaderboard WHERE sweep = 'other' ORDER BY x"), [
    { x: 2, state: 'completed' },
    { x: 3, state: 'completed' },
  ]);
});

test('every trial runs once per seed; --max-trials and --set apply to one run', async () => {
  writeSweep([1, 2], 'seeds: [5, 6]');
  const part = await rig.run('run', 'climb.yaml', '--max-trials', '1');
  assert.match(part.stdout, /^Finished: 1 done in .*\n3 trials left\. Continue with: sweep resume climb$/m);
  await rig.run('run', 'climb.yaml', '--slots', '1');
  const order = trained().filter((epoch) => epoch.endsWith('/1'));
  assert.deepEqual(order, ['1/5/1', '2/5/1', '1/6/1', '2/6/1']);
  const more = await rig.run('run', 'climb.yaml', '--set', 'parameters.x.values=[1, 2, 7]', '--set', 'seeds=[5]');
  assert.equal(more.code, 0, more.stderr);
  assert.deepEqual(await rig.rows('SELECT x FROM leaderboard ORDER BY x'), [{ x: 1 }, { x: 2 }, { x: 7 }]);
});

test('--json prints every event as one line; --quiet prints nothing if nothing fails', async () => {
  writeSweep([1]);
  const { stdout } = await rig.run('run', 'climb.yaml', '--json');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SweepEvent);
  const types = events.map(({ type }) => type).filter((type) => type !== 'trial-progress');
  assert.deepEqual(types, [
    'host-started',
    'trial-started',
    'trial-epoch',
    'trial-epoch',
    'trial-epoch',
    'trial-completed',
  ]);
  writeSweep([2]);
  const quiet = await rig.run('run', 'climb.yaml', '--quiet');
  assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [0, '', '']);
});

test('--dry-run and plan show the trials and write nothing', async () => {
  writeSweep([1, 2, 3], 'exclude: [{ x: 3 }]');
  for (const command of [
    ['run', 'climb.yaml', '--dry-run'],
    ['plan', 'climb.yaml'],
  ]) {
    const { code, stdout } = await rig.run(...command);
    assert.equal(code, 0);
    assert.match(stdout, /^climb {2}grid, 2 trials, 1 of 3 points excluded$/m);
    assert.match(stdout, /^database +0 of 2 known /m);
  }
  assert.equal(existsSync(join(rig.folder, 'results/sweeps.duckdb')), false);
  await rig.run('run', 'climb.yaml');
  const plan = JSON.parse((await rig.run('plan', 'climb.yaml', '--json')).stdout) as Record<string, unknown>;
  assert.deepEqual([plan['trials'], plan['points'], plan['excluded'], plan['done']], [2, 3, 1, 2]);
});

test('a file whose exclude rules leave nothing is refused', async () => {
  writeSweep([1, 2], 'exclude: [{ x: [1, 2] }]');
  const { code, stderr } = await rig.run('run', 'climb.yaml');
  assert.equal(code, 2);
  assert.match(stderr, /declares no trial: its exclude rules leave nothing/);
});

test('too many trials are refused with the name of the largest axis', async () => {
  writeSweep([1], 'exclude: []');
  const values = `[${Array.from({ length: 200 }, (_, index) => index + 1).join(', ')}]`;
  const sets = ['x', 'y', 'z'].flatMap((name) => ['--set', `parameters.${name}.values=${values}`]);
  const refused = await rig.run('run', 'climb.yaml', ...sets);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /8,000,000 trials.*x alone has 200 values/);
  const few = await rig.run('run', 'climb.yaml', ...sets, '--max-trials', '2');
  assert.equal(few.code, 0, few.stderr);
});

test('paths with spaces and non-Latin letters work', async () => {
  const folder = 'мои свипы 写真';
  mkdirSync(join(rig.folder, folder, 'données'), { recursive: true });
  const text = `method: grid\ntrainer: ${GATED}\ndataset: ./données\nmetric: { name: score, goal: maximize }\nparameters: { x: { values: [1] } }\n`;
  rig.write(`${folder}/größe.yaml`, text);
  const { code, stderr } = await rig.run('run', `${folder}/größe.yaml`, '--db', `${folder}/ergebnisse/a b.duckdb`);
  assert.equal(code, 0, stderr);
  assert.ok(existsSync(join(rig.folder, folder, 'ergebnisse/a b.duckdb')));
});

test('bad input ends with a short error, a hint and exit status 2', async () => {
  writeSweep([1]);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['run', 'missing.yaml'], /missing\.yaml: there is no such file/],
    [['run', 'climb.yaml', '--set', 'parametres.x.value=1'], /--set.*parametres|parametres.*--set/s],
    [['run', 'climb.yaml', '--set', 'dataset=./nowhere/at/all', '--set', 'trainer=image-classifier'], /nowhere|x/],
    [['run', 'climb.yaml', '--set', 'trainer=./gone.mjs'], /gone\.mjs cannot be read/],
    [['run', 'climb.yaml', '--devices', 'gpu:7'], /gpu:7/],
    [['run', 'climb.yaml', '--slots', '0'], /--slots takes a whole number from 1/],
    [['run', 'climb.yaml', '--slot', '1'], /slot/],
    [['run'], /file|Not enough/],
    [['runn', 'climb.yaml'], /run/],
    [[], /Name a command/],
    [['resume'], /there are no results yet/],
    [['sql', 'SELECT 1'], /there are no results yet/],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await rig.run(...args);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /^\s+at /m, 'no stack trace');
  }
});

test('results that cannot be written are refused before any training', async () => {
  writeSweep([1]);
  // A file where the folder should be stops root, too.
  rig.write('results', '');
  const { code, stderr } = await rig.run('run', 'climb.yaml');
  assert.equal(code, 1, stderr);
  assert.match(stderr, /results/);
  assert.doesNotMatch(stderr, /^\s+at /m, 'no stack trace');
  assert.deepEqual(trained(), []);
});

test('a sweep whose output pipe is closed stops as on Ctrl-C and can be resumed', async () => {
  writeSweep([1, 2, 3]);
  put('.hold');
  const running = rig.start('run', 'climb.yaml');
  await running.until(/epoch 1[^]*epoch 1/);
  running.child.stdout.destroy();
  remove('.hold');
  assert.equal((await running.ended).code, 130);
  const resumed = await rig.run('resume');
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(await rig.rows(STATES), finished(1, 2, 3));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, 'took longer than 5 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('an invalid cache limit is refused before any file is made', async () => {
  await rig.close();
  rig = new Rig({ SWEEPWRIGHT_CACHE_LIMIT: 'plenty' });
  writeSweep([1]);
  const ended = await rig.run('run', 'climb.yaml');
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /SWEEPWRIGHT_CACHE_LIMIT is "plenty", which is no size\nWrite it as 50GB/);
  assert.equal(ended.stdout, '');
  assert.equal(existsSync(join(rig.folder, 'results')), false);
});
