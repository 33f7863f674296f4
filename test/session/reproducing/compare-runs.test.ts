import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Curve } from '../../../src/core/reports/reproduction.js';
import { compareCurves, compareStates } from '../../../src/session/reproducing/compare-runs.js';
import { verdictOn } from '../../../src/reporting/terminal/text/reproduction-text.js';
import { differingConditions, type RunConditions } from '../../../src/session/reproducing/run-conditions.js';

const RECORDED: Curve = new Map([
  [1, { loss: 2, accuracy: 0.5 }],
  [2, { loss: NaN, accuracy: 0.75 }],
]);

/** The recorded curve with one value changed. */
function changed(epoch: number, metric: string, value: number): Curve {
  return new Map([...RECORDED].map(([at, metrics]) => [at, at === epoch ? { ...metrics, [metric]: value } : metrics]));
}

function verdict(repeated: Curve, excuses: readonly string[], weights?: ReturnType<typeof compareStates>) {
  return verdictOn({ recorded: RECORDED, curve: compareCurves(RECORDED, repeated), weights, excuses });
}

const state = (...values: number[]) =>
  new Map([['kernel', { shape: [values.length], values: Float32Array.from(values) }]]);

test('equal bits are identical, also under different conditions', () => {
  const same = compareStates(state(1, NaN), state(1, NaN));
  assert.deepEqual(verdict(RECORDED, [], same), {
    holds: true,
    lines: ['identical: 2 metrics of 2 epochs, and the weights, to the last bit'],
  });
  assert.deepEqual(verdict(RECORDED, ['Node: 20 then, 24 now']).lines, [
    'identical: 2 metrics of 2 epochs, to the last bit',
    'under other conditions:',
    '  Node: 20 then, 24 now',
  ]);
});

test('under equal conditions metrics and weights must match to the last bit', () => {
  const bit = verdict(changed(2, 'accuracy', 0.75 + 2 ** -53), []);
  assert.equal(bit.holds, false);
  assert.match(bit.lines[0]!, /^different, under the same conditions: .*accuracy in epoch 2: 0\.75 then, 0\.75000/);
  const weights = verdict(RECORDED, [], compareStates(state(1, 2, 3), state(1, 2, 3.5)));
  assert.equal(weights.holds, false);
  assert.match(weights.lines[0]!, /the weights, though .* are the same; kernel: 3 then, 3\.5 now/);
});

test('under other conditions a tolerance holds, and the largest difference is named', () => {
  const close = verdict(changed(1, 'loss', 2.09), ['TensorFlow: 2.20.0 then, 2.21.0 now']);
  assert.equal(close.holds, true, 'a twentieth of 2');
  assert.match(
    close.lines.join('\n'),
    /^within 0\.05: .*loss in epoch 1: 2 then, 2\.09 now\n.*conditions:\n {2}TensorFlow/,
  );
  const far = verdict(changed(1, 'accuracy', 0.56), ['TensorFlow: 2.20.0 then, 2.21.0 now']);
  assert.equal(far.holds, false);
  assert.match(far.lines[0]!, /^different, by more than 0\.05/);
  const weights = verdict(RECORDED, ['x'], compareStates(state(1), state(9)));
  assert.equal(weights.holds, true, 'what weights do is in the metrics');
});

test('a missing metric or epoch is a difference under any conditions', () => {
  const shorter = new Map([[1, RECORDED.get(1)!]]);
  for (const excuses of [[], ['another machine']]) {
    const { holds, lines } = verdict(shorter, excuses);
    assert.equal(holds, false);
    assert.match(lines[0]!, /nothing now/);
  }
  assert.equal(verdict(changed(1, 'loss', NaN), ['another machine']).holds, false);
});

test('differing conditions are named, also between attempts of one trial', () => {
  const now: RunConditions = {
    ...{ device: 'cpu:0', threads: 2, microBatch: undefined, cpu: 'Cray-1', gpu: undefined, tensorflow: '2.21.0' },
    ...{ node: '20.20.2', trainerVersion: 'image-classifier@1', datasetFingerprint: 'abcdef' },
  };
  assert.deepEqual(differingConditions([now, now], now), []);
  const then = [
    { ...now, threads: 1 },
    { ...now, microBatch: 8 },
  ];
  assert.deepEqual(differingConditions(then, { ...now, tensorflow: '2.22.0' }), [
    'TensorFlow: 2.21.0 then, 2.22.0 now',
    'threads of TensorFlow: 1 and 2 in its attempts, 2 now',
    'micro-batch: a whole batch and 8 in its attempts, a whole batch now',
  ]);
});
