import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { join } from 'node:path';
import { planTrials, type Plan } from '../../src/search/plan.js';
import { parseSweep } from '../../src/sweep/parse.js';
import { readSweepFile } from '../../src/sweep/read-sweep-file.js';
import { SweepFileError } from '../../src/sweep/problem.js';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { manifest } from '../fixtures/manifest.js';
import { identity } from '../search/helpers.js';
import { parse } from './helpers.js';

const FOLDER = join(process.cwd(), 'test/fixtures/wandb');

async function example(name: string, ...overrides: readonly string[]): Promise<SweepDefinition> {
  return parseSweep(await readSweepFile(join(FOLDER, `${name}.yaml`)), { manifest, overrides });
}

const planOf = (definition: SweepDefinition): Plan => planTrials(definition, identity);

describe("W&B's published sweeps mean here what they mean there", () => {
  test('a grid over booleans: the last parameter turns fastest', async () => {
    const plan = planOf(await example('wandb-sweeps-sweeps-boolean-parameters-sweep-bool'));
    assert.equal(plan.size, 8);
    assert.deepEqual(
      [...plan.enumeration!.trials()].slice(0, 3).map(({ params }) => params),
      [
        { optimizer: 'sgd', flag1: false, flag2: false },
        { optimizer: 'sgd', flag1: false, flag2: true },
        { optimizer: 'sgd', flag1: true, flag2: false },
      ],
    );
  });

  test('a random search over integers and choices', async () => {
    const definition = await example('wandb-sweeps-sweeps-cross-validation-sweep-cross-validation');
    assert.deepEqual(definition.objective, { metric: 'val_accuracy', goal: 'maximize' });
    assert.deepEqual(definition.axes[0], {
      name: 'batch_size',
      distribution: { kind: 'int_uniform', min: 32, max: 128 },
    });
    assert.deepEqual(definition.fixed, { epochs: 200 });
    assert.equal(planOf(definition).size, 97 * 3 ** 5 * 3 * 3);
  });

  test('a grid that stops early by Hyperband', async () => {
    const definition = await example('keras-keras-cnn-fashion-sweep-grid-hyperband');
    assert.deepEqual(definition.earlyTermination, {
      type: 'hyperband',
      bands: { maxIter: 27, s: 2 },
      eta: 3,
      strict: true,
      within: [],
    });
    assert.deepEqual(definition.fixed, { epochs: 27 });
    assert.deepEqual(definition.axes.find(({ name: axis }) => axis === 'decay')?.distribution, {
      kind: 'categorical',
      values: [0.00001, 0.000001, 0.0000001],
    });
    assert.equal(planOf(definition).size, 5 * 3 * 6 * 6 * 3 * 3 * 3);
  });

  test('Bayesian searches', async () => {
    const pointnet = planOf(await example('colabs-pyg-pointnet-classification-sweep_config'));
    assert.equal(pointnet.size, Infinity);
    assert.equal(pointnet.sampler.propose([], 10).length, 10);

    const { axes } = await example('fastai-fastai-v1-examples-fastai1-simpsons-sweep');
    assert.deepEqual(axes[0], { name: 'dropout', distribution: { kind: 'uniform', min: 0, max: 1 } });
    assert.deepEqual(axes.at(-1), { name: 'learning_rate', distribution: { kind: 'log_uniform', min: -11, max: -2 } });
  });
});

describe('seed as a parameter', () => {
  const own = (seed: string, more = ''): string =>
    `program: x.py\nmethod: grid\nmetric: {name: y}\nparameters:\n  x: {values: [1, 2]}\n  seed: ${seed}\n${more}`;

  test('with values becomes seeds, each once, with a note', () => {
    const { seeds, axes, notes } = parse(own('{values: [3, 4, 3]}'));
    assert.deepEqual([seeds, axes.map(({ name }) => name)], [[3, 4], ['x']]);
    assert.deepEqual(notes, ['`seed` below `parameters` is read as `seeds: [3,4]` at the top of the file']);
  });

  test('with a value becomes the seed of the sweep', () => {
    const { seed, seeds, fixed, notes } = parse(own('{value: 7}'));
    assert.deepEqual([seed, seeds, fixed, notes.length], [7, [7], {}, 1]);
  });

  test('is refused if the key at the top exists already, or if it is not a whole number', () => {
    const rules = (seed: string, more = ''): string[] => {
      try {
        parse(own(seed, more));
        return [];
      } catch (error) {
        assert.ok(error instanceof SweepFileError);
        return error.problems.map(({ line, rule }) => `${line} ${rule}`);
      }
    };
    assert.deepEqual(rules('{values: [1, 2]}', 'seeds: [0]'), ['6 reserved-name']);
    assert.deepEqual(rules('{value: 1}', 'seed: 0'), ['6 reserved-name']);
    assert.deepEqual(rules('{values: [1.5]}'), ['6 reserved-name']);
    assert.deepEqual(rules('{min: 0, max: 3}'), ['6 reserved-name']);
  });
});

describe('what is read differently from how it is written', () => {
  test('repeated values are tried once, with a note', () => {
    const { axes, notes } = parse('method: grid\nparameters: {gamma: {values: [0, 1, 0.0, 1, 1]}}');
    assert.deepEqual(axes[0]?.distribution, { kind: 'categorical', values: [0, 1] });
    assert.deepEqual(notes, ['`gamma`: 0, 1 repeated in `values`, tried once']);
  });

  test('probabilities of a repeated value are added up', () => {
    const { axes } = parse(
      'method: random\nparameters: {gamma: {values: [0, 1, 0], probabilities: [0.25, 0.5, 0.25]}}',
    );
    assert.deepEqual(axes[0]?.distribution, {
      kind: 'categorical_w_probabilities',
      values: [0, 1],
      probabilities: [0.5, 0.5],
    });
  });

  test('log_uniform with bounds that look like values gets a note about exponents', () => {
    const notes = (bounds: string): readonly string[] =>
      parse(
        `program: x.py\nmethod: random\nmetric: {name: y}\nparameters:\n  x: {distribution: log_uniform, ${bounds}}`,
      ).notes;
    assert.deepEqual(notes('min: 0.00001, max: 0.1'), [
      '`x`: the bounds of log_uniform are exponents of e: it is drawn from e^0.00001 = 1 to e^0.1 = 1.105; ' +
        'for bounds that are values take log_uniform_values',
    ]);
    assert.deepEqual(notes('min: -9.21, max: -2.3'), []);
    assert.deepEqual(notes('min: 0, max: 3'), []);
  });
});

describe("W&B's rules of inference and defaults", () => {
  const cases: readonly (readonly [form: string, distribution: object])[] = [
    ['{values: [a, b]}', { kind: 'categorical', values: ['a', 'b'] }],
    ['{distribution: categorical, values: [a]}', { kind: 'categorical', values: ['a'] }],
    [
      '{values: [a, b], probabilities: [0.3, 0.7]}',
      { kind: 'categorical_w_probabilities', values: ['a', 'b'], probabilities: [0.3, 0.7] },
    ],
    ['{min: 1, max: 10}', { kind: 'int_uniform', min: 1, max: 10 }],
    ['{min: 1.0, max: 10}', { kind: 'uniform', min: 1, max: 10 }],
    ['{min: 1, max: 1e1}', { kind: 'uniform', min: 1, max: 10 }],
    ['{min: 0.5, max: 2}', { kind: 'uniform', min: 0.5, max: 2 }],
    ['{distribution: uniform, min: 1, max: 10}', { kind: 'uniform', min: 1, max: 10 }],
    ['{distribution: q_uniform, min: 1, max: 10}', { kind: 'q_uniform', min: 1, max: 10, q: 1 }],
    ['{distribution: inv_log_uniform, min: 1, max: 2}', { kind: 'inv_log_uniform', min: 1, max: 2 }],
    ['{distribution: normal}', { kind: 'normal', mu: 0, sigma: 1 }],
    ['{distribution: q_log_normal, mu: 2}', { kind: 'q_log_normal', mu: 2, sigma: 1, q: 1 }],
    ['{distribution: beta, b: 3}', { kind: 'beta', a: 1, b: 3 }],
    ['{distribution: q_beta, q: 0.25}', { kind: 'q_beta', a: 1, b: 1, q: 0.25 }],
  ];
  for (const [form, distribution] of cases) {
    test(`${form} is ${Object.values(distribution).join(' ')}`, () => {
      assert.deepEqual(parse(`program: x.py\nmethod: random\nparameters:\n  x: ${form}`).axes, [
        { name: 'x', distribution },
      ]);
    });
  }

  test('bounds from an override or an alias are read the same way', () => {
    const kinds = (text: string, ...overrides: string[]): unknown =>
      parse(`program: x.py\nmethod: random\nparameters:\n${text}`, overrides).axes.map(
        ({ distribution }) => distribution.kind,
      );
    assert.deepEqual(kinds('  x: {min: &one 1.0, max: 2}\n  y: {min: *one, max: 3}\n  z: {min: 1, max: 3}'), [
      'uniform',
      'uniform',
      'int_uniform',
    ]);
    assert.deepEqual(kinds('  x: {min: 1, max: 2}', 'parameters.x.max=3.0'), ['uniform']);
  });

  test('a constant does not vary', () => {
    const { axes, fixed } = parse(
      'program: x.py\nmethod: grid\nparameters:\n  x: {distribution: constant, value: 3}\n  y: {value: [1]}',
    );
    assert.deepEqual([axes, fixed], [[], { x: 3, y: [1] }]);
  });

  test('a grid takes the steps of q_uniform below its maximum', () => {
    const { axes } = parse(
      'program: x.py\nmethod: grid\nparameters:\n  x: {distribution: q_uniform, min: 0.1, max: 0.5, q: 0.1}',
    );
    const plan = planTrials({ ...parse('method: grid\nparameters: {gamma: {value: 0}}'), axes, fixed: {} }, identity);
    assert.deepEqual(
      [...plan.enumeration!.trials()].map(({ params }) => params['x']),
      [0.1, 0.2, 0.3, 0.4],
    );
  });
});
