import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Rig } from '../rig.js';

const GATED = fileURLToPath(new URL('../fixtures/trainers/gated.js', import.meta.url));

const rig = new Rig();
after(() => rig.close());

beforeEach(() => {
  rmSync(join(rig.folder, 'results'), { recursive: true, force: true });
  rig.write('data/.hold', '');
});

/** A grid of values of x, of which `slots` train at a time; each trial waits after its first epoch. */
const writeSweep = (values: readonly number[], slots: number, extra = ''): string =>
  rig.write(
    'sweep.yaml',
    `method: grid\ntrainer: ${GATED}\ndataset: ./data\nslots: ${slots}\nmetric: { name: score, goal: maximize }\nparameters:\n  x: { values: [${values.join(', ')}] }\n${extra}`,
  );

const release = (): void => rmSync(join(rig.folder, 'data/.hold'));

test('trials of a running sweep are stopped, paused and cancelled from another terminal', async () => {
  writeSweep([1, 2, 3, 4], 3);
  const sweep = rig.start('run', 'sweep.yaml');
  for (const trial of [1, 2, 3]) await sweep.until(new RegExp(`trial ${trial} epoch 1`));

  const stopped = await rig.run('stop', '1');
  assert.equal(stopped.stdout, 'trial 1 ends after the current epoch and counts as finished\n', stopped.stderr);
  assert.equal((await rig.run('pause', '2')).code, 0);
  assert.equal((await rig.run('cancel', '3')).code, 0);
  await sweep.until(/trial 3 .*cancelled by the user/);

  const late = await rig.run('cancel', '3');
  assert.equal(late.code, 2);
  assert.match(late.stderr, /^error trial 3 is stopped and does not run now\n/);
  const unknown = await rig.run('stop', '99');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /there is no trial 99 in the database/);

  release();
  const { code, stdout } = await sweep.ended;
  assert.equal(code, 0, stdout);
  assert.match(stdout, /3 done, 1 paused/);
  assert.deepEqual(await rig.rows('SELECT trial, state FROM trials ORDER BY trial'), [
    { trial: 1, state: 'stopped' },
    { trial: 2, state: 'paused' },
    { trial: 3, state: 'stopped' },
    { trial: 4, state: 'completed' },
  ]);
  assert.equal((await rig.run('resume')).code, 0);
  assert.deepEqual(await rig.rows('SELECT state FROM trials WHERE trial = 2'), [{ state: 'completed' }]);
});

test('stop, pause and cancel report that no sweep runs or that no trial is named', async () => {
  const nobody = await rig.run('stop', '1');
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /^error no sweep runs on results\/sweeps\.duckdb\n/);
  for (const args of [['pause'], ['cancel', 'x'], ['stop', '0'], ['stop', '1.5']]) {
    assert.equal((await rig.run(...args)).code, 2, args.join(' '));
  }
});

test('a sweep whose results folder is moved away waits, and loses nothing when it is moved back', async () => {
  writeSweep([1, 2], 1);
  const sweep = rig.start('run', 'sweep.yaml');
  await sweep.until(/trial 1 epoch 1/);
  const results = join(rig.folder, 'results');
  renameSync(results, `${results}-away`);
  release();
  await sweep.until(/the sweep waits: .* has been removed or replaced while it was in use/);
  renameSync(`${results}-away`, results);
  await sweep.until(/the sweep goes on/);
  const { code, stdout } = await sweep.ended;
  assert.equal(code, 0, stdout);
  assert.deepEqual(
    await rig.rows(
      "SELECT trial, count(*)::INTEGER AS epochs FROM curves WHERE metric = 'score' GROUP BY trial ORDER BY trial",
    ),
    [
      { trial: 1, epochs: 3 },
      { trial: 2, epochs: 3 },
    ],
  );
});

test('a sweep that waits for its results folder can be interrupted and prints the reason', async () => {
  writeSweep([1], 1);
  const sweep = rig.start('run', 'sweep.yaml');
  await sweep.until(/trial 1 epoch 1/);
  renameSync(join(rig.folder, 'results'), join(rig.folder, 'gone'));
  release();
  await sweep.until(/the sweep waits/);
  const { code, stderr } = await sweep.kill('SIGTERM');
  rmSync(join(rig.folder, 'gone'), { recursive: true });
  assert.equal(code, 1);
  assert.match(stderr, /^error .* has been removed or replaced while it was in use/m);
});

test('a closed terminal and `kill` end a sweep as Ctrl-C does', async () => {
  writeSweep([1, 2], 1);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const sweep = rig.start('run', 'sweep.yaml');
    await sweep.until(/trial 1 epoch 1/);
    sweep.child.kill(signal);
    await sweep.until(/stopping after the epochs under way/);
    sweep.child.kill(signal);
    const { code, stdout } = await sweep.ended;
    assert.equal(code, 130, signal);
    assert.match(stdout, /Interrupted: 0 done, 1 paused/);
  }
});

test(
  'a signal ends a command that has just started, or runs a query, as Ctrl-C does',
  { skip: process.platform !== 'linux' && 'whether a process has started is read from /proc' },
  async () => {
    writeSweep([1], 1);
    release();
    assert.equal((await rig.run('run', 'sweep.yaml')).code, 0);
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      const query = rig.start('sql', 'SELECT count(*) FROM range(10000000000) a, range(10000000000) b');
      await untilCaught(query.child.pid!);
      assert.equal((await query.kill(signal)).signal, 'SIGINT', signal);
    }
  },
);

/** Waits until a process has a handler for SIGHUP, which is signal 1. Node itself handles SIGTERM from the start. */
async function untilCaught(pid: number): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(5)) {
    const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    if (BigInt(`0x${caught}`) & 1n) return;
  }
  assert.fail('the command has no handler for SIGHUP');
}

test('a sweep that reaches max_time says so, and resume continues it', async () => {
  writeSweep([1, 2], 1, 'max_time: 2s');
  const sweep = rig.start('run', 'sweep.yaml');
  await sweep.until(/trial 1 epoch 1/);
  await sweep.until(/max_time is over/);
  release();
  const { code, stdout } = await sweep.ended;
  assert.equal(code, 1);
  assert.match(stdout, /Out of time \(max_time\): 0 done, 1 paused in .*\nContinue with: sweep resume/);
  assert.equal((await rig.run('resume')).code, 0);
});
