import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeChanges } from '../../../src/sweep/describe-changes.js';
import { grid, only, parse } from '../helpers.js';

const AXES = '  gamma: {values: [0, 2]}\n  backbone: {values: [b0, b1]}';
const sweep = (rule: string, more = ''): string => grid(AXES, `early_terminate: ${rule}\n${more}`);
const ruleOf = (rule: string): object => parse(sweep(rule)).earlyTermination!;

describe('early_terminate', () => {
  test('fills in the defaults of each rule', () => {
    const within: string[] = [];
    const maxIter = undefined;
    assert.deepEqual(ruleOf('{type: hyperband, min_iter: 2}'), {
      ...{ type: 'hyperband', bands: { minIter: 2 }, eta: 3, strict: true, within },
    });
    assert.deepEqual(ruleOf('median'), { type: 'median', percentile: 50, warmUp: 0.33, minTrials: 5, maxIter, within });
    assert.deepEqual(ruleOf('{type: asha, within: backbone}'), {
      ...{ type: 'asha', minIter: 1, eta: 3, unit: 'epochs', variant: 'stopping', within: ['backbone'] },
    });
    assert.deepEqual(ruleOf('top'), { type: 'top', share: 1 / 3, keep: 0.1, maxIter, within });
    assert.deepEqual(ruleOf('{type: threshold, lower: 0.1}'), {
      type: 'threshold',
      lower: 0.1,
      upper: undefined,
      minIter: 1,
    });
    assert.deepEqual(ruleOf('patience'), { type: 'patience', patience: 3, minDelta: 0 });
  });

  test("takes max_iter before min_iter, as W&B's", () => {
    const rule = ruleOf('{type: hyperband, min_iter: 2, max_iter: 27, s: 2, eta: 2.5, strict: false}');
    assert.deepEqual(rule, { type: 'hyperband', bands: { maxIter: 27, s: 2 }, eta: 2.5, strict: false, within: [] });
  });

  const mistakes: readonly (readonly [rule: string, place: string, message: RegExp, suggestion?: RegExp])[] = [
    ['hyperbnd', '5:18 wrong-value', /cannot be "hyperbnd"/, /did you mean `hyperband`/],
    ['{typ: median}', '5:19 unknown-key', /unknown key `typ`/, /did you mean `type`/],
    ['{type: median, warmup: 0.2}', '5:33 unknown-key', /unknown key `warmup`/, /did you mean `warm_up`/],
    ['{type: median, eta: 3}', '5:33 unknown-key', /`median` takes no `eta`/, /It takes `warm_up`, `min_trials`/],
    ['{type: hyperband}', '5:1 missing-key', /needs `min_iter`, or `max_iter` and `s`/],
    ['{type: hyperband, max_iter: 27}', '5:36 missing-key', /`max_iter` needs `s`/],
    ['{type: hyperband, max_iter: 2, s: 3}', '5:46 wrong-value', /no trial would be stopped/],
    ['{type: hyperband, min_iter: 0}', '5:46 out-of-range', /must be a whole number from 1/],
    ['{type: hyperband, min_iter: 1, eta: 1}', '5:54 out-of-range', /must be a number above 1/],
    ['{type: threshold}', '5:1 missing-key', /needs `lower`, `upper`, or both/],
    ['{type: threshold, lower: 2, upper: 1}', '5:53 min-not-below-max', /`lower` \(2\) must be below/],
    [
      '{type: asha, within: backbones}',
      '5:39 unknown-parameter',
      /no parameter `backbones`/,
      /did you mean `backbone`/,
    ],
    ['{type: asha, within: image_size}', '5:39 wrong-value', /`image_size` does not vary/],
    ['wilcoxon', '5:1 wrong-value', /this sweep has none/, /folds: 5/],
    ['3', '5:18 wrong-type', /must be a mapping/],
  ];
  for (const [rule, place, message, suggestion = /./] of mistakes) {
    test(`${rule} is an error at its place`, () => {
      const found = only(sweep(rule));
      assert.equal(found.place, place);
      assert.match(found.message, message);
      if (found.suggestion !== '' || suggestion.source !== '.') assert.match(found.suggestion, suggestion);
    });
  }

  test('a rule that looks at shares of a training needs its length with a trainer of its own', () => {
    const own = (rule: string, more = ''): string =>
      `method: grid\ntrainer: ./x.js\nmetric: {name: y}\nparameters: {x: {values: [1]}}\nearly_terminate: ${rule}\n${more}`;
    assert.match(only(own('median')).message, /how many epochs a whole training has/);
    for (const [rule, more] of [
      ['{type: median, max_iter: 9}'],
      ['median', 'epochs: 9'],
      ['patience'],
      ['asha'],
    ] as const) {
      assert.ok(parse(own(rule, more)).earlyTermination);
    }
  });

  test('a change of the rule is shown as one', () => {
    assert.deepEqual(describeChanges(parse(sweep('median')), parse(sweep('{type: median, warm_up: 0.5}'))), [
      'early_terminate: median {percentile: 50, warm_up: 0.33, min_trials: 5} -> median {percentile: 50, warm_up: 0.5, min_trials: 5}',
    ]);
  });
});
