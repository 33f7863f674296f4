import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatParam, formatParams, notationOf } from '../../src/core/format.js';
import { describeDistribution } from '../../src/core/space/describe-distribution.js';

test('numbers that stand together have one notation', () => {
  const column = [0.1, 0.01, 3e-4, 2];
  assert.deepEqual(
    column.map((rate) => formatParam(rate, notationOf(column))),
    ['0.1', '1e-2', '3e-4', '2'],
  );
  assert.equal(
    formatParams({ dropout: 0.05, weight_decay: 0.01 }, ['dropout', 'weight_decay']),
    'dropout=0.05 weight_decay=0.01',
  );
  assert.equal(
    formatParams({ rate: 1e-3, weight_decay: 0.01, on: true }, ['rate', 'weight_decay', 'on']),
    'rate=1e-3 weight_decay=1e-2 on=true',
  );
  assert.equal(describeDistribution({ kind: 'uniform', min: 1e-4, max: 0.02 }), 'uniform from 1e-4 to 2e-2');
  assert.equal(describeDistribution({ kind: 'categorical', values: [0.01, 0.02] }), '0.01, 0.02');
});
