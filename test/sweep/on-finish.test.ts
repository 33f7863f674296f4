import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grid, only, parse } from './helpers.js';

const sweep = (keys: string) => parse(grid('  gamma: {values: [0]}', keys));
const problem = (keys: string) => only(grid('  gamma: {values: [0]}', keys));

test('on_finish takes a command for the sweep, or commands for sweep and trials with a time limit', () => {
  assert.equal(sweep('slots: 1').onFinish, undefined);
  assert.deepEqual(sweep('on_finish: ./notify.sh').onFinish, {
    ...{ sweep: './notify.sh', trial: undefined, timeoutMs: 60_000 },
  });
  assert.deepEqual(sweep("on_finish: {trial: 'echo $SWEEP_TRIAL', timeout: 5m}").onFinish, {
    ...{ sweep: undefined, trial: 'echo $SWEEP_TRIAL', timeoutMs: 300_000 },
  });
});

test('on_finish is checked key by key', () => {
  assert.equal(problem('on_finish: 3').place, '4:12 wrong-type');
  assert.equal(problem('on_finish: {sweeps: x}').place, '4:13 unknown-key');
  assert.match(problem('on_finish: {sweeps: x}').suggestion, /`sweep`/);
  assert.match(problem('on_finish: {sweep: x, timeout: 5}').suggestion, /5s/);
  assert.equal(problem("on_finish: {sweep: ''}").place, '4:20 empty');
});
