import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEarlyTermination } from '../../../src/sweep/early-terminate/describe.js';
import { grid, parse } from '../helpers.js';

const textOf = (rule: string): string =>
  describeEarlyTermination(parse(grid('  gamma: {values: [0, 1]}', `early_terminate: ${rule}`)).earlyTermination!);

test('a stopping rule is described as a file would write it, with its defaults', () => {
  assert.equal(textOf('patience'), 'patience {patience: 3, min_delta: 0}');
  assert.equal(textOf('{type: hyperband, min_iter: 3}'), 'hyperband {min_iter: 3, eta: 3, strict: true}');
  assert.match(textOf('{type: median, within: gamma}'), /^median \{.*within: \["gamma"\].*\}$/);
});
