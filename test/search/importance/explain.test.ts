import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import type { Distribution } from '../../../src/core/space/distribution.js';
import { explanationText } from '../../../src/reporting/terminal/text/explanation-text.js';
import { explain, type ExplainedTrial } from '../../../src/search/importance/explain.js';

const axis = (name: string, distribution: Distribution): { name: string; distribution: Distribution } => ({
  name,
  distribution,
});

const AXES = [
  axis('backbone', { kind: 'categorical', values: ['b0', 'b7'] }),
  axis('batch_size', { kind: 'categorical', values: [16, 64] }),
  axis('lr', { kind: 'log_uniform_values', min: 1e-5, max: 1e-1 }),
];

const OBJECTIVE = { metric: 'accuracy', goal: 'maximize' } as const;

/** 40 trials: b7 with 64 images runs out of memory, b7 is better by 0.2 and takes three times as long. */
const TRIALS = Array.from({ length: 40 }, (_, index): ExplainedTrial => {
  const [backbone, batch] = [index % 2 === 0 ? 'b0' : 'b7', index % 4 < 2 ? 16 : 64];
  const failed = backbone === 'b7' && batch === 64;
  const lr = 10 ** (-5 + (4 * index) / 39);
  const objective = failed ? undefined : 0.6 + (backbone === 'b7' ? 0.2 : 0) + 0.001 * (index % 3);
  return { params: { backbone, batch_size: batch, lr }, failed, objective, seconds: backbone === 'b7' ? 30 : 10 };
});

const explained = explain(TRIALS, { axes: AXES, objective: OBJECTIVE, seed: 0 });

test('the parameter that decides comes first, with the mean and the cost of its values', () => {
  assert.deepEqual([explained.trials, explained.failed, explained.seconds], [30, 10, 800]);
  assert.equal(explained.importance[0]?.name, 'backbone');
  assert.ok(explained.importance[0].share > 0.9);
  const [effect] = explained.effects;
  assert.deepEqual(
    effect?.groups.map(({ text, trials, time, mean }) => [text, trials, time, mean?.toFixed(3)]),
    [
      ['b0', 20, 0.25, '0.601'],
      ['b7', 10, 0.75, '0.801'],
    ],
  );
});

test('a continuous parameter is shown as four ranges', () => {
  const { groups } = explained.effects.find(({ name }) => name === 'lr')!;
  assert.equal(groups.length, 4);
  assert.match(groups[0]!.text, /^1e-5 to /);
  assert.equal(
    groups.reduce((sum, { trials }) => sum + trials, 0),
    30,
  );
});

test('a pair of values that fails is named, and not one of its values alone', () => {
  assert.deepEqual(explained.failures, [{ params: { backbone: 'b7', batch_size: 64 }, failed: 10, trials: 10 }]);
});

test('with fewer than 10 finished trials nothing is said about importance', () => {
  const few = explain(TRIALS.slice(0, 8), { axes: AXES, objective: OBJECTIVE, seed: 0 });
  assert.deepEqual(few.importance, []);
  assert.equal(few.effects.length, 3);
});

test('the text has bars, tables and a rule to copy', () => {
  const text = explanationText(
    { sweep: 'birds', objective: OBJECTIVE, ...explained },
    { columns: undefined, style: new Chalk({ level: 0 }) },
  );
  assert.match(text, /^birds {2}30 finished trials, 10 failed, 13m 20s of training {2}maximize accuracy\n/);
  assert.match(text, /\nbackbone +█{20,} +\d+ %\n/);
  assert.match(text, /\nbackbone +trials +mean +95 % interval +best +time\n +b0 +20|\nb0 +20/);
  assert.match(text, /exclude: \[\{ backbone: "b7", batch_size: 64 \}\]\n$/);
});
