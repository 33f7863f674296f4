import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { grid, only, parse } from './helpers.js';

const AXIS = '  gamma: {values: [0]}';
const sweep = (keys: string) => parse(grid(AXIS, keys));
const problem = (keys: string) => only(grid(AXIS, keys));

describe('checkpoint_every', () => {
  test('takes steps or a duration, and has no default', () => {
    assert.deepEqual(sweep('checkpoint_every: 500 steps').checkpointEvery, { steps: 500 });
    assert.deepEqual(sweep('checkpoint_every: 1 step').checkpointEvery, { steps: 1 });
    assert.deepEqual(sweep('checkpoint_every: 90s').checkpointEvery, { seconds: 90 });
    assert.deepEqual(sweep('checkpoint_every: 1.5h').checkpointEvery, { seconds: 5400 });
    assert.equal(sweep('slots: 1').checkpointEvery, undefined);
  });

  test('reports any other value, with a suggestion', () => {
    const number = problem('checkpoint_every: 500');
    assert.equal(number.place, '4:19 wrong-type');
    assert.match(number.message, /must be a number of steps such as 500 steps, or a duration such as 10m, not 500/);
    assert.equal(number.suggestion, 'Write `checkpoint_every: 500 steps`.');
    assert.equal(problem('checkpoint_every: 20  Steps').suggestion, 'Write `checkpoint_every: 20 steps`.');
    for (const wrong of ['0 steps', '-5 steps', '10 parsecs', '1.5 steps', 'often', 'steps', '{steps: 5}']) {
      const { place, suggestion } = problem(`checkpoint_every: ${wrong}`);
      assert.match(place, /^4:19 wrong-(type|value)$/, wrong);
      assert.match(suggestion, /`500 steps`, or a duration, `10m`/, wrong);
    }
  });
});

describe('keep', () => {
  test('has a default for each key', () => {
    assert.deepEqual(sweep('slots: 1').keep, { best: true, last: true, topTrials: 3 });
    assert.deepEqual(sweep('keep: {}').keep, { best: true, last: true, topTrials: 3 });
    assert.deepEqual(sweep('keep: {best: false, top_trials: 0}').keep, { best: false, last: true, topTrials: 0 });
  });

  test('is checked key by key', () => {
    assert.equal(problem('keep: {top_trails: 3}').place, '4:8 unknown-key');
    assert.match(problem('keep: {top_trails: 3}').suggestion, /`top_trials`/);
    assert.equal(problem('keep: {top_trials: -1}').place, '4:20 out-of-range');
    assert.equal(problem('keep: {best: 3}').place, '4:14 wrong-type');
    assert.equal(problem('keep: all').place, '4:7 wrong-type');
  });

  test('changes no trial', () => {
    const [plain, kept] = [sweep('slots: 1'), sweep('keep: {last: false}\ncheckpoint_every: 5 steps')];
    assert.deepEqual([kept.axes, kept.fixed], [plain.axes, plain.fixed]);
  });
});
