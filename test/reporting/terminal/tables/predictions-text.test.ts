import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import type { Predictions } from '../../../../src/core/reports/predictions.js';
import { predictionsText } from '../../../../src/reporting/terminal/tables/predictions-text.js';

const STYLE = { probabilities: false, separator: ' ', style: new Chalk({ level: 0 }) };

const SOME: Predictions = {
  classNames: ['heron', 'finch, young'],
  isMultiLabel: false,
  rows: [
    { path: 'test/1.jpg', probabilities: Float32Array.of(0.1, 0.9) },
    { path: 'test/2.jpg', probabilities: undefined },
    { path: 'test/3.jpg', probabilities: Float32Array.of(0.75, 0.25) },
  ],
  unreadable: [],
};

test('a submission has a row for each image, also for an unreadable one', () => {
  assert.equal(predictionsText(SOME, 'csv', STYLE), 'id,label\n1,"finch, young"\n2,\n3,heron\n');
});

test('probabilities have a column for each class', () => {
  const text = predictionsText(SOME, 'csv', { ...STYLE, probabilities: true });
  assert.equal(text, 'id,heron,"finch, young"\n1,0.1,0.9\n2,,\n3,0.75,0.25\n');
});

test('images with the same name get their paths as ids', () => {
  const rows = [...SOME.rows, { path: 'other/1.jpg', probabilities: Float32Array.of(1, 0) }];
  const text = predictionsText({ ...SOME, rows }, 'csv', STYLE);
  assert.deepEqual(
    text.split('\n').map((line) => line.split(',')[0]),
    ['id', 'test/1.jpg', 'test/2.jpg', 'test/3.jpg', 'other/1.jpg', ''],
  );
});

test('images with several classes get the classes with a probability of at least one half', () => {
  const rows = [
    { path: 'a.jpg', probabilities: Float32Array.of(0.5, 0.9) },
    { path: 'b.jpg', probabilities: Float32Array.of(0.4, 0.2) },
  ];
  const several = { ...SOME, isMultiLabel: true, rows };
  assert.equal(predictionsText(several, 'csv', { ...STYLE, separator: '|' }), 'id,label\na,"heron|finch, young"\nb,\n');
  const records = JSON.parse(predictionsText(several, 'json', STYLE)) as Record<string, unknown>[];
  assert.deepEqual(records, [
    { id: 'a', path: 'a.jpg', labels: ['heron', 'finch, young'], probabilities: { heron: 0.5, 'finch, young': 0.9 } },
    { id: 'b', path: 'b.jpg', labels: [], probabilities: { heron: 0.4, 'finch, young': 0.2 } },
  ]);
});

test('a table shows the probability of each prediction and the unreadable images', () => {
  const lines = predictionsText(SOME, 'table', STYLE).split('\n');
  assert.match(lines[1]!, /^1 +finch, young +0\.9000$/);
  assert.match(lines[2]!, /^2 +cannot be read$/);
});
