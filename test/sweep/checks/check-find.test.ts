import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SweepDefinition } from '../../../src/sweep/definition.js';
import { describeChanges } from '../../../src/sweep/describe-changes.js';
import { parseSweep } from '../../../src/sweep/parse.js';
import { imageClassifier } from '../../../src/trainer/manifest.js';
import { FILE, grid, random } from '../helpers.js';

const parse = (text: string): SweepDefinition => parseSweep({ file: FILE, text }, { manifest: imageClassifier });

test('a changed search is described with its former state', () => {
  const [before, after] = ['true', '{spread: 5}'].map((find) => parse(grid(`  learning_rate: {find: ${find}}`)));
  assert.deepEqual(describeChanges(before!, after!), [
    'learning_rate: found for each backbone, times 0.333, 1, 3 -> found for each backbone, times 0.2, 1, 5',
  ]);
});

const WRONG: readonly (readonly [string, string, RegExp])[] = [
  [grid('  gamma: {find: true}'), '3:11 unsupported', /`gamma` cannot have `find`: only `learning_rate` has a test/],
  [
    `trainer: ./mine.js\nmetric: {name: x}\n${grid('  learning_rate: {find: true}')}`,
    '5:19 unsupported',
    /built-in trainer only/,
  ],
  [grid('  learning_rate: {find: false}'), '3:25 wrong-value', /`find` of `learning_rate` must be true/],
  [grid('  learning_rate: {find: yes}'), '3:25 wrong-value', /must be true/],
  [grid('  learning_rate: {find: {point: 3}}'), '3:26 unknown-key', /unknown key `point`/],
  [grid('  learning_rate: {find: {points: 0}}'), '3:34 out-of-range', /`points` of `learning_rate`/],
  [grid('  learning_rate: {find: {spread: 1}}'), '3:34 out-of-range', /above 1/],
  [grid('  learning_rate: {find: {points: 200}}'), '3:25 out-of-range', /too close/],
  [random('  learning_rate: {find: {points: 3}}'), '3:26 unsupported', /other methods search the whole range/],
  [grid('  learning_rate: {find: true, values: [1]}'), '3:31 wrong-value', /both `values` and `find`/],
  [grid('  learning_rate: {find: true, min: 1}'), '3:31 wrong-value', /both `find` and `min`/],
  [
    grid('  learning_rate: {find: true}\n  gamma: {values: [0, 1]}', 'exclude: [{learning_rate: 1, gamma: 1}]'),
    '5:12 exclude',
    /known only after the learning-rate test/,
  ],
];

for (const [text, place, message] of WRONG) {
  test(`${text
    .split('\n')
    .find((line) => line.includes('find'))!
    .trim()} is refused where it stands: ${message.source}`, () => {
    assert.throws(
      () => parse(text),
      (error: unknown) => {
        const { problems } = error as { problems: { line: number; column: number; rule: string; message: string }[] };
        assert.deepEqual(
          problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`),
          [place],
        );
        assert.match(problems[0]!.message, message);
        return true;
      },
    );
  });
}
