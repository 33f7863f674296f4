import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DURATION, durationMs } from '../../src/sweep/duration.js';
import { only, grid } from './helpers.js';

test('a duration is a number and a unit', () => {
  for (const [written, ms] of [
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1.5d', 129_600_000],
  ] as const) {
    assert.match(written, new RegExp(DURATION));
    assert.equal(durationMs(written), ms);
  }
});

test('a wrong duration is reported with a suggestion', () => {
  const problemOf = (value: string) => only(grid('  gamma: {values: [0]}', `max_trial_time: ${value}`));
  const { place, message } = problemOf('600');
  assert.equal(place, '4:17 wrong-type');
  assert.equal(message, '`max_trial_time` must be a duration such as 90s, 10m or 2h, not 600');
  for (const [value, suggestion] of [
    ['600', 'Write `max_trial_time: 600s` for seconds.'],
    ['10 min', 'Write `max_trial_time: 10m`.'],
    ['2 Hours', 'Write `max_trial_time: 2h`.'],
    ['0s', 'Write a number and s, m, h or d: `10m`.'],
    ['soon', 'Write a number and s, m, h or d: `10m`.'],
  ] as const) {
    assert.equal(problemOf(value).suggestion, suggestion, value);
  }
});
