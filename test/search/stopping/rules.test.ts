import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EarlyTermination } from '../../../src/core/trial/early-termination.js';
import type { Observation } from '../../../src/core/trial/observation.js';
import { makeRule } from '../../../src/search/stopping/make-rule.js';
import { signedRankTest } from '../../../src/search/stopping/rules/wilcoxon.js';
import { curveIn, curvesOf, rowOf, type RowOptions } from './rows.js';

const within: readonly string[] = [];

/** The verdict on trial 1. */
function verdictOf(definition: EarlyTermination, rows: readonly Observation[], isClosed = false): string {
  const curves = curvesOf(rows, { within: 'within' in definition ? definition.within : [] });
  curves.isClosed = isClosed;
  const verdict = makeRule(definition).judge(curveIn(curves, 1), curves);
  return verdict.decision === 'continue' ? 'continue' : `${verdict.decision} ${verdict.reason}`;
}

const others = (values: readonly number[], options: RowOptions = {}): Observation[] =>
  values.map((value, index) => rowOf(index + 2, [value, value, value, value], options));

describe('asha', () => {
  const asha = (more: Partial<Extract<EarlyTermination, { type: 'asha' }>> = {}): EarlyTermination => ({
    ...{ type: 'asha', minIter: 1, eta: 3, unit: 'epochs', variant: 'stopping', within, ...more },
  });

  test('stops what is not among the best third of its rung, and lets the first two of a rung go on', () => {
    assert.equal(verdictOf(asha(), [rowOf(1, [9]), ...others([1])]), 'continue');
    assert.match(
      verdictOf(asha(), [rowOf(1, [9]), ...others([1, 2])]),
      /^stop asha: 9.0000 after 1 epoch is not among the best 1 of 3/,
    );
    assert.equal(verdictOf(asha(), [rowOf(1, [0.5]), ...others([1, 2])]), 'continue');
  });

  test('judges a trial at a rung, and not again before the next one', () => {
    assert.equal(verdictOf(asha(), [rowOf(1, [9, 9]), ...others([1, 2])]), 'continue');
    assert.match(verdictOf(asha(), [rowOf(1, [9, 9, 9]), ...others([1, 2])]), /^stop/);
    assert.equal(verdictOf(asha({ minIter: 2 }), [rowOf(1, [9]), ...others([1, 2])]), 'continue');
  });

  test('counts rungs in seconds, so that a slow trial is compared after the same time', () => {
    const rows = [rowOf(1, [9], { seconds: 4 }), ...others([1, 2], { seconds: 1 })];
    assert.match(verdictOf(asha({ unit: 'seconds', minIter: 4 }), rows), /^stop asha: 9.0000 after 4 seconds/);
    assert.equal(verdictOf(asha({ unit: 'seconds', minIter: 5 }), rows), 'continue');
  });

  test('pauses instead of stopping, and promotes the best of the highest rung', () => {
    const promoting = asha({ variant: 'promoting' });
    const rows = [
      rowOf(1, [9]),
      ...others([1, 2], { status: 'paused' }).map((row) => ({ ...row, epochs: row.epochs.slice(0, 1) })),
    ];
    assert.match(verdictOf(promoting, rows), /^pause/);
    const curves = curvesOf(rows);
    assert.equal(makeRule(promoting).promote!(curves, () => true)?.trial.id, 2);
    assert.equal(
      makeRule(promoting).promote!(curves, (id) => id !== 2),
      undefined,
    );
  });
});

describe('median and percentile', () => {
  const rule = (percentile: number, more: object = {}): EarlyTermination => ({
    ...{ type: 'percentile', percentile, warmUp: 0.2, minTrials: 3, maxIter: undefined, within, ...more },
  });

  test('compare with the others alone, interpolated', () => {
    assert.equal(verdictOf(rule(50), [rowOf(1, [2.4, 2.5]), ...others([1, 2, 3, 4])]), 'continue');
    assert.match(
      verdictOf(rule(50), [rowOf(1, [2.6, 2.6]), ...others([1, 2, 3, 4])]),
      /^stop percentile: .* 2.6000, .* of 4 other trials 2.5000/,
    );
    assert.equal(verdictOf(rule(25), [rowOf(1, [1.7, 1.7]), ...others([1, 2, 3, 4])]), 'continue');
    assert.match(verdictOf(rule(25), [rowOf(1, [1.8, 1.8]), ...others([1, 2, 3, 4])]), /^stop/);
  });

  test('wait for the warm-up and for enough other trials', () => {
    assert.equal(verdictOf(rule(50), [rowOf(1, [9]), ...others([1, 2, 3])]), 'continue');
    assert.equal(verdictOf(rule(50), [rowOf(1, [9, 9]), ...others([1, 2])]), 'continue');
    assert.match(verdictOf(rule(50), [rowOf(1, [9, 9]), ...others([1, 2, 3])]), /^stop/);
  });

  test('compare within a stratum', () => {
    const rows = [
      rowOf(1, [9, 9], { params: { backbone: 'b7' } }),
      ...others([1, 2, 3], { params: { backbone: 'b0' } }),
    ];
    assert.match(verdictOf(rule(50), rows), /^stop/);
    assert.equal(verdictOf(rule(50, { within: ['backbone'] }), rows), 'continue');
  });
});

describe('patience and threshold', () => {
  test('patience counts epochs since the last improvement of min_delta', () => {
    const patience = (values: readonly (number | undefined)[]): string =>
      verdictOf({ type: 'patience', patience: 3, minDelta: 0.1 }, [rowOf(1, values)]);
    assert.equal(patience([5, 4, 4, 4]), 'continue');
    assert.match(patience([5, 4, 4, 3.95, undefined]), /^stop patience: no better value than 4.0000 for 3 epochs/);
    assert.match(patience([undefined, undefined, undefined]), /^stop patience: no finite value for 3 epochs/);
  });

  test('threshold stops outside of its range and without a value, from min_iter on', () => {
    const threshold = (values: readonly (number | undefined)[]): string =>
      verdictOf({ type: 'threshold', lower: 0.2, upper: 3, minIter: 2 }, [rowOf(1, values)]);
    assert.equal(threshold([9]), 'continue');
    assert.equal(threshold([9, 3]), 'continue');
    assert.match(threshold([1, 9]), /^stop threshold: epoch 2 gave 9.0000, above 3.0000/);
    assert.match(threshold([1, 0.1]), /below 0.2000/);
    assert.match(threshold([1, undefined]), /no finite value/);
  });
});

describe('top', () => {
  const top = (keep: number): EarlyTermination => ({ type: 'top', share: 0.3, keep, maxIter: undefined, within });

  test('pauses at the share until all trials have come, and then lets the best go on', () => {
    const rows = [rowOf(1, [1, 1, 1]), rowOf(2, [2, 2])];
    assert.equal(verdictOf(top(1), [rowOf(1, [1, 1])]), 'continue');
    assert.match(verdictOf(top(1), rows), /^pause/);
    assert.match(verdictOf(top(1), rows, true), /^pause/, 'trial 2 may become better');
    assert.equal(verdictOf(top(1), [rows[0]!, rowOf(2, [2, 2, 2])], true), 'continue');
    assert.equal(verdictOf(top(1), [rows[0]!, rowOf(2, [2], { status: 'failed' })], true), 'continue');
  });

  test('stops at once what enough others have beaten', () => {
    assert.match(
      verdictOf(top(2), [rowOf(1, [9, 9, 9]), ...others([1, 2])]),
      /^stop top: 9.0000 after 3 epochs, and 2 of 3 are better/,
    );
    assert.match(verdictOf(top(0.5), [rowOf(1, [9, 9, 9]), ...others([1, 2])]), /^pause/, 'more trials may come');
  });
});

describe('learning-curve', () => {
  const curve = (confidence: number): EarlyTermination => ({
    ...{ type: 'learning-curve', confidence, warmUp: 0.2, minTrials: 5, maxIter: undefined, within },
  });
  const whole = [1, 2, 3, 4, 5].map((floor, index) =>
    rowOf(
      index + 2,
      Array.from({ length: 10 }, (_, epoch) => floor + 3 * 0.6 ** epoch + 0.01 * index),
      { status: 'completed' },
    ),
  );

  test('stops what the others say will not become the best', () => {
    assert.match(
      verdictOf(curve(0.95), [rowOf(1, [6, 5]), ...whole]),
      /^stop learning-curve: 5.0000 in epoch 2 leads to/,
    );
    assert.equal(verdictOf(curve(0.95), [rowOf(1, [4, 2.7]), ...whole]), 'continue');
    assert.equal(verdictOf(curve(0.95), [rowOf(1, [6, 5]), ...whole.slice(1)]), 'continue', 'too few whole trials');
  });
});

describe('wilcoxon', () => {
  test('gives the exact probabilities of the signed-rank test', () => {
    assert.equal(signedRankTest([1, 2, 3]), 1 / 8);
    assert.equal(signedRankTest([1, 2, 3, 4, 5]), 1 / 32);
    assert.equal(signedRankTest([-1, 2, 3]), 2 / 8);
    assert.equal(signedRankTest([0, 0]), 1);
    assert.equal(signedRankTest([1, -1]), 3 / 4);
  });

  test('stops a point whose folds are all worse, from the fold on in which that is clear', () => {
    const fold = (id: number, lr: number, number: number, value: number, length = 10): Observation =>
      rowOf(
        id,
        Array.from({ length }, () => value),
        { params: { lr, fold: number }, status: length < 10 ? 'running' : 'completed' },
      );
    const good = [0, 1, 2, 3].map((number) => fold(10 + number, 1, number, 1 + number / 10));
    const bad = [1, 2, 3].map((number) => fold(20 + number, 2, number, 2 + number / 7));
    const rule: EarlyTermination = { type: 'wilcoxon', pValue: 0.1, minFolds: 2 };
    assert.match(verdictOf(rule, [...good, ...bad, fold(1, 2, 0, 2, 1)]), /^stop wilcoxon: .* 4 folds \(p = 0.063\)/);
    assert.equal(verdictOf(rule, [...good, ...bad.slice(1), fold(1, 2, 0, 2, 1)]), 'continue');
    assert.equal(verdictOf(rule, [...good, ...bad, fold(1, 2, 0, 0.5, 1)]), 'continue');
  });
});
