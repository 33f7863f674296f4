import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { InputError } from '../../src/core/errors.js';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { planTrials } from '../../src/search/plan.js';
import { SweepFileError } from '../../src/sweep/problem.js';
import { identity } from '../search/helpers.js';
import { FILE, parse } from './helpers.js';

const WANDB = join(process.cwd(), 'test/fixtures/wandb');

const FILES = [
  ...readdirSync(WANDB).map((name) => readFileSync(join(WANDB, name), 'utf8')),
  `name: flowers
method: grid
metric: {name: val_loss, goal: minimize}
dataset: ./flowers
seeds: [0, 1]
epochs: 3
parameters:
  backbone: {values: [b0, b7]}
  learning_rate: &lr {values: [1e-5, 3e-5]}
  batch_size: {min: 16, max: 18}
  alpha: {value: [0.25, 0.75]}
  optimizer: {parameters: {momentum: {distribution: q_uniform, min: 0, max: 0.3, q: 0.1}}}
exclude:
  - {backbone: b7, batch_size: [17, 18]}
`,
  `method: random
trainer: ./mine.js
metric: {name: score}
run_cap: 7
seed: 3
parameters:
  a: &range {distribution: q_log_uniform_values, min: 1, max: 100, q: 5}
  b: {<<: *range, q: 2}
  c: {values: [x, y], probabilities: [0.3, 0.7]}
  d: {distribution: normal, mu: 1}
  e: {values: [1, null, {x: [1]}]}
exclude: [{c: x, a: 5}]
`,
  JSON.stringify(
    { method: 'grid', parameters: { gamma: { values: [0, 1] }, augment: { values: [true, false] } } },
    null,
    1,
  ),
];

/** Pieces that sweep files are made of, and some that break them. */
const PIECES = [
  ...': - , { } [ ] & * ! | > # % @ ` " \' ? ~ \\ << \n \t'.split(' '),
  ...'values: value: min: max: distribution: parameters: exclude: seeds: trainer: program: &a *a <<: --- ... %YAML'.split(
    ' ',
  ),
  ...'0 -1 1e999 .inf .nan 1_000 0x1F 99999999999999999999 null true yes uniform normal grid random bayes b7'.split(
    ' ',
  ),
  ...['__proto__: ', 'constructor: ', '\u0000', '\u202e', '\ud800', 'é: ', '\r', '  ', '[[[[', '{a: {a: {', '- - - '],
];

type Edit = (text: string) => string;

const edit: fc.Arbitrary<Edit> = fc
  .record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    piece: fc.constantFrom(...PIECES),
  })
  .chain(({ at, to, piece }) => {
    const place = (text: string, share: number): number => Math.floor(text.length * share);
    const line = (text: string, share: number): number => Math.floor(text.split('\n').length * share);
    return fc.constantFrom<Edit>(
      (text) => text.slice(0, place(text, at)) + piece + text.slice(place(text, at)),
      (text) =>
        text.replaceAll(/[\w.-]+/g, (word, offset) => (offset === nearest(text, place(text, at)) ? piece : word)),
      (text) => text.slice(0, place(text, at)) + text.slice(place(text, at) + 1 + Math.floor(to * 8)),
      (text) => text.slice(0, place(text, at)),
      (text) => text.split('\n').toSpliced(line(text, at), 1).join('\n'),
      (text) =>
        text
          .split('\n')
          .toSpliced(line(text, at), 0, text.split('\n')[line(text, to)] ?? '')
          .join('\n'),
      (text) =>
        text
          .split('\n')
          .map((row, index) => (index === line(text, at) ? ` ${row}` : row))
          .join('\n'),
    );
  });

/** Where the first word at or after a place begins. */
const nearest = (text: string, place: number): number => place + text.slice(place).search(/\b[\w.-]/);

/** What always holds: a definition that can be planned and read again, or problems that can be shown. */
function check(text: string, overrides: readonly string[] = []): void {
  let definition: SweepDefinition;
  try {
    definition = parse(text, overrides);
  } catch (error) {
    assert.ok(error instanceof SweepFileError, String(error));
    assert.ok(error.problems.length > 0);
    const lines = text.split('\n');
    for (const { file, line, column, message, excerpt } of error.problems) {
      assert.ok(message !== '' && line >= 1 && column >= 1 && column <= excerpt.length + 1, message);
      if (file === FILE) assert.ok(lines[line - 1]!.startsWith(excerpt), message);
      else assert.equal(file, '--set');
    }
    return;
  }
  const { text: again, hash, ...same } = definition;
  assert.equal(hash.length, 64);
  assert.deepEqual(parse(again), { text: again, hash, ...same });
  try {
    const plan = planTrials(definition, identity);
    const proposed = plan.sampler.propose([], 6);
    assert.equal(proposed.length, Math.min(6, plan.size));
    for (const { params, seed } of proposed) assert.ok(plan.declares(params, seed), JSON.stringify(params));
    if (plan.enumeration === undefined) return;
    for (const position of [0, 1, 5].filter((candidate) => candidate < plan.size)) {
      const { params, seed } = plan.enumeration.at(position);
      assert.equal(plan.enumeration.positionOf(params, seed, position), position);
    }
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
  }
}

test('a damaged sweep file gives a definition or a list of located problems, never another exception', () => {
  fc.assert(
    fc.property(fc.constantFrom(...FILES), fc.array(edit, { maxLength: 4 }), (file, edits) => {
      check(edits.reduce((text, change) => change(text), file));
    }),
    { seed: 1, numRuns: 10_000 },
  );
});

test('so does any JSON with the keys of a sweep, and any text', () => {
  const keys = fc.constantFrom(
    ...'name method metric goal parameters values value min max q mu sigma a distribution probabilities exclude seed seeds trainer program devices slots max_time max_trial_time run_cap epochs gamma alpha backbone optimizer x'.split(
      ' ',
    ),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: 'small' },
      fc.constantFrom(0, 1, -1, 0.5, 1e300, 'grid', 'random', 'uniform', 'q_normal', 'b0', './x.js', '', null, true),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(keys, tree, { maxKeys: 6 }), fc.constantFrom('grid', 'random'), (sweep, method) => {
      check(JSON.stringify({ ...sweep, method }));
    }),
    { seed: 1, numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      check(text);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('so does any override', () => {
  const path = fc.array(
    fc.constantFrom('parameters', 'gamma', 'a', 'b', 'values', 'exclude', '0', 'c', 'x', 'seeds', 'name', ''),
    { minLength: 1, maxLength: 5 },
  );
  const value = fc.array(fc.constantFrom(...PIECES, ...'0 1 b0 [0,1] {a: 1}'.split(' ')), { maxLength: 3 });
  const override = fc.tuple(path, value).map(([keys, pieces]) => `${keys.join('.')}=${pieces.join('')}`);
  fc.assert(
    fc.property(fc.constantFrom(...FILES), fc.array(override, { minLength: 1, maxLength: 3 }), (file, overrides) => {
      check(file, overrides);
    }),
    { seed: 1, numRuns: 1500 },
  );
});
