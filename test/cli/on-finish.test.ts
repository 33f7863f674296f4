import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sessionStatus } from '../../src/session/running/finish/run-sweep-command.js';
import { Rig } from '../rig.js';

const rig = new Rig();
after(() => rig.close());

const TRAINER = `export async function train({ params, report }) {
  await report({ epoch: 1, metrics: { score: params.x } });
  if (params.x === 2) throw new Error('no two');
}`;

const sweep = (onFinish: string): string =>
  `{method: grid, trainer: ../trainer.mjs, metric: {name: score, goal: maximize}, parameters: {x: {values: [1, 2]}},
    on_finish: ${onFinish}}`;

const read = (file: string): string => readFileSync(join(rig.folder, 'files', file), 'utf8');

test('commands run in the folder of the sweep file when trials and the sweep have ended', async () => {
  rig.write('trainer.mjs', TRAINER);
  const trial = 'echo "$SWEEP_TRIAL $SWEEP_STATUS $SWEEP_VALUE $SWEEP_PARAMS $SWEEP_ERROR" >> trials.txt';
  const file = rig.write('files/birds.yaml', sweep(`{trial: '${trial}', sweep: 'env | grep ^SWEEP_ > sweep.txt'}`));
  const { code, stdout } = await rig.run('run', file, '--slots', '1');
  assert.equal(code, 1, stdout);
  assert.equal(read('trials.txt'), '1 completed 1 {"x":1} \n2 failed 2 {"x":2} no two\n');
  assert.deepEqual(read('sweep.txt').trim().split('\n').sort(), [
    'SWEEP_BEST=1',
    'SWEEP_BEST_TRIAL=1',
    'SWEEP_COMPLETED=1',
    `SWEEP_DB=${join(rig.folder, 'results/sweeps.duckdb')}`,
    'SWEEP_EVENT=sweep',
    'SWEEP_FAILED=1',
    'SWEEP_GOAL=maximize',
    'SWEEP_METRIC=score',
    'SWEEP_NAME=birds',
    'SWEEP_STATUS=failed',
    'SWEEP_STOPPED=0',
  ]);
});

test('a command that fails or takes too long is reported, and the sweep is not affected', async () => {
  const file = rig.write(
    'files/failing.yaml',
    sweep(`{trial: 'sleep 60; true', sweep: 'echo no mail >&2; exit 3', timeout: 1s}`),
  );
  const { code, stdout } = await rig.run('run', file, '--set', 'parameters.x.values=[5]');
  assert.equal(code, 0, stdout);
  assert.match(stdout, /on_finish for trial \d failed \(time limit\)/);
  assert.match(stdout, /on_finish for the sweep failed \(status 3\): no mail/);
});

test('the status of a session names the reason for its end first', () => {
  const summary = { completed: 1, stopped: 0, failed: 0, paused: 0, interrupted: false, timeUp: false };
  assert.equal(sessionStatus(summary), 'finished');
  assert.equal(sessionStatus({ ...summary, failed: 1 }), 'failed');
  assert.equal(sessionStatus({ ...summary, failed: 1, timeUp: true }), 'out-of-time');
  assert.equal(sessionStatus({ ...summary, interrupted: true }), 'interrupted');
});
