import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { grid, only, parse, problemsOf, random } from './helpers.js';

describe('an axis', () => {
  const cases: readonly (readonly [name: string, text: string, place: string, suggestion?: RegExp])[] = [
    ['without values', grid('  gamma: {values: []}'), '3:19 empty', /needs a value/],
    ['with nothing after values', grid('  gamma:\n    values:'), '4:5 wrong-type', /values: \[1, 2\]/],
    [
      'with a colon after a value',
      grid('  batch_size:\n    values:\n      - 16:\n      - 32'),
      '5:9 wrong-type',
      /colon after `16`/,
    ],
    ['with an empty item', grid('  batch_size:\n    values:\n      - 16\n      -'), '6:8 wrong-type'],
    ['with text for a list', grid('  batch_size: {values: "16, 32"}'), '3:24 wrong-type', /values: \[16, 32\]/],
    ['with one value for a list', grid('  batch_size: {values: 16}'), '3:24 wrong-type', /value: 16/],
    ['that is a list', grid('  batch_size: [16, 32]'), '3:15 wrong-type', /batch_size: \{values: \[16,32\]\}/],
    ['that is a value', grid('  batch_size: 16'), '3:15 wrong-type', /batch_size: \{value: 16\}/],
    ['that says nothing', grid('  batch_size: {}'), '3:3 missing-key', /min/],
    ['with quoted numbers', grid('  gamma: {values: ["0.5"]}'), '3:20 wrong-type', /Write 0.5, without quotes/],
    ['with separated digits', grid('  batch_size: {values: [1_000]}'), '3:25 wrong-type', /Write 1000/],
    ['with yes for true', grid('  augment: {values: [yes, false]}'), '3:22 wrong-type', /write true/],
    ['with a value that is too large', grid('  batch_size: {values: [16, 2048]}'), '3:29 out-of-range'],
    ['with a value that is a fraction', grid('  batch_size: {values: [16.5]}'), '3:25 wrong-type'],
    ['with an unknown choice', grid('  backbone: {values: [b0, b77]}'), '3:27 wrong-value', /`b7`/],
    ['with a list that fits no form', grid('  alpha: {values: [0.5, [0.1, -1]]}'), '3:25 wrong-value'],
    ['with a number that no file can hold', grid('  gamma: {values: [.inf]}'), '3:20 wrong-type'],
    ['with two forms at once', grid('  gamma: {value: 1, values: [1]}'), '3:21 wrong-value', /Keep one/],
    ['with a key of another form', grid('  gamma: {values: [1], q: 2}'), '3:24 unknown-key'],
    ['with half a range', random('  gamma: {min: 1}'), '3:3 missing-key'],
    ['with the bounds swapped', random('  gamma: {min: 2, max: 1}'), '3:24 min-not-below-max', /Swap/],
    ['with one bound twice', random('  gamma: {min: 2, max: 2}'), '3:24 min-not-below-max', /gamma: \{value: 2\}/],
    [
      'with a misspelt distribution',
      random('  gamma: {distribution: unifrom, min: 1, max: 2}'),
      '3:25 wrong-value',
      /`uniform`/,
    ],
    ['with a range that begins too low', random('  gamma: {min: -0.5, max: 2}'), '3:16 out-of-range'],
    ['with a range that ends too high', random('  batch_size: {min: 8, max: 2000}'), '3:29 out-of-range'],
    [
      'with a range of fractions for whole numbers',
      random('  batch_size: {min: 8.0, max: 64}'),
      '3:3 out-of-range',
      /whole bounds/,
    ],
    ['with a range over choices', random('  image_size: {min: 32, max: 224}'), '3:3 out-of-range'],
    [
      'with values for exponents',
      random('  learning_rate: {distribution: log_uniform, min: 0.001, max: 0.1}'),
      '3:51 out-of-range',
      /log_uniform_values/,
    ],
    [
      'with an exponent that overflows',
      random('  gamma: {distribution: log_uniform, min: 0, max: 800}'),
      '3:51 out-of-range',
    ],
    [
      'whose tails leave its bounds',
      random('  gamma: {distribution: normal, mu: 2, sigma: 1}'),
      '3:25 out-of-range',
      /`min` and `max`/,
    ],
    [
      'without a multiple of q',
      random('  gamma: {distribution: q_uniform, min: 1.1, max: 1.9, q: 1}'),
      '3:59 empty',
      /smaller/,
    ],
    [
      'with probabilities that do not add up',
      random('  gamma: {values: [0, 1], probabilities: [0.5, 0.4]}'),
      '3:42 probabilities',
    ],
    ['with too few probabilities', random('  gamma: {values: [0, 1], probabilities: [1]}'), '3:42 probabilities'],
    ['with a negative probability', random('  gamma: {values: [0, 1], probabilities: [-1, 2]}'), '3:43 out-of-range'],
    ['with sigma 0', random('  gamma: {distribution: normal, sigma: 0}'), '3:40 out-of-range'],
    [
      'with zero as a value on a logarithmic scale',
      random('  gamma: {distribution: log_uniform_values, min: 0, max: 1}'),
      '3:50 out-of-range',
    ],
  ];
  for (const [name, text, place, suggestion = /^/] of cases) {
    test(`${name} is found`, () => {
      const found = problemsOf(text);
      assert.equal(`${found[0]!.line}:${found[0]!.column} ${found[0]!.rule}`, place);
      assert.match(found[0]!.suggestion ?? '', suggestion);
    });
  }

  test('that is continuous is named when the method is grid', () => {
    const problem = only(grid('  learning_rate: {min: 0.1, max: 0.5}'));
    assert.equal(problem.place, '3:3 not-for-grid');
    assert.match(problem.message, /`learning_rate` is uniform/);
    assert.match(problem.suggestion, /q_uniform/);
    assert.match(only(grid('  gamma: {values: [0, 1], probabilities: [0.5, 0.5]}')).message, /probabilities/);
  });

  test('of a trainer of its own still shows stray colons, but may hold anything else', () => {
    const own = (values: string): string => `program: train.py\n${grid(`  x:\n    values: ${values}`)}`;
    assert.equal(only(own('[16: , 32]')).place, '5:14 wrong-value');
    assert.equal(only(own('\n      - 16\n      -')).place, '7:8 empty');
    assert.deepEqual(parse(own('[1, null, {a: null}, [2], text, {b: 1, c: 2}]')).axes[0]?.distribution, {
      kind: 'categorical',
      values: [1, null, { a: null }, [2], 'text', { b: 1, c: 2 }],
    });
    assert.equal(only(own('[.nan]')).place, '5:14 wrong-value');
    assert.equal(only(own('[12345678901234567890]')).place, '5:14 out-of-range');
  });
});
