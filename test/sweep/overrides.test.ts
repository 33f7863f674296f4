import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse, places, problemsOf } from './helpers.js';

const TEXT =
  `# What we always run.
method: grid # every combination
defaults: &defaults {values: [0, 1]}
`.replace(/defaults.*\n/, '') +
  `parameters:
  gamma: &two
    values: [0, 1]
  learning_rate: {values: [1e-5, 3e-5]} # small
  alpha: *two
  optimizer.name: {value: sgd}
seeds: [0, 1]
exclude:
  - {gamma: 1, learning_rate: 3e-5}
`;

const values = (text: string, overrides: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    parse(text, overrides).axes.map(({ name, distribution }) => [
      name,
      'values' in distribution && distribution.values,
    ]),
  );

describe('an override', () => {
  test('replaces the value at its path, and no other value with the same anchor', () => {
    assert.deepEqual(values(TEXT, ['parameters.gamma.values=[0, 1, 2]']), {
      gamma: [0, 1, 2],
      learning_rate: [0.00001, 0.00003],
      alpha: [0, 1],
    });
    assert.deepEqual(values(TEXT, ['parameters.alpha.values=[0.5]'])['gamma'], [0, 1]);
  });

  test('adds a missing key, with the mappings above it', () => {
    const definition = parse('method: grid\nparameters:', [
      'parameters.gamma.values=[0]',
      'batch_size=8',
      'metric.name=loss',
    ]);
    assert.equal(definition.axes[0]?.name, 'gamma');
    assert.deepEqual(definition.fixed, { batch_size: 8 });
    assert.equal(definition.objective.metric, 'loss');
  });

  test('finds keys with dots and items of lists', () => {
    const { fixed, seeds, exclude } = parse(TEXT, [
      'parameters.optimizer.name.value=adam',
      'seeds.1=7',
      'exclude.0.gamma=0',
    ]);
    assert.deepEqual([fixed, seeds, exclude[0]?.['gamma']], [{ 'optimizer.name': 'adam' }, [0, 7], [0]]);
  });

  test('without a value removes a key or an item', () => {
    const { seeds, exclude } = parse(TEXT, ['seeds.0=', 'exclude=']);
    assert.deepEqual([seeds, exclude], [[1], []]);
  });

  test('wins over an earlier one', () => {
    assert.deepEqual(parse(TEXT, ['seeds=[1]', 'seeds=[2]']).seeds, [2]);
  });

  test('replaces one key of a merged mapping and keeps the others', () => {
    const text = 'program: x.py\nmethod: random\nparameters:\n  a: &r {min: 0.5, max: 1.5}\n  b: {<<: *r}';
    const { axes } = parse(text, ['parameters.b.max=3.5']);
    assert.deepEqual(
      axes.map(({ distribution }) => distribution),
      [
        { kind: 'uniform', min: 0.5, max: 1.5 },
        { kind: 'uniform', min: 0.5, max: 3.5 },
      ],
    );
  });

  test("is part of the definition's text, which parses to the same definition", () => {
    const overrides = [
      'parameters.gamma.values=[0, 1, 2.0]',
      'exclude=',
      'epochs=3',
      'parameters.batch_size={min: 1, max: 9}',
    ];
    const { text, hash, ...definition } = parse(TEXT, overrides);
    const { text: sameText, hash: sameHash, ...same } = parse(text);
    assert.deepEqual(same, definition);
    assert.deepEqual([sameText, sameHash], [text, hash]);
    assert.match(text, /# every combination/);
    assert.notEqual(hash, parse(TEXT).hash);
  });
});

describe('a wrong override', () => {
  test('is shown where it is wrong, after the problems of the file', () => {
    assert.deepEqual(
      places('method: gird\nparameters: {gamma: {values: [0]}}', ['slots=0', 'parameters.gamma.values=[0,x]']),
      ['1:9 wrong-value', '--set 7 out-of-range', '--set 28 wrong-type'],
    );
    const [problem] = problemsOf(TEXT, ['parameters.gama.values=[0]']);
    assert.deepEqual(
      [problem?.file, problem?.column, problem?.length, problem?.excerpt, problem?.suggestion],
      ['--set', 12, 4, 'parameters.gama.values=[0]', 'did you mean `gamma`?'],
    );
  });

  test('is named for the errors that it causes in the file', () => {
    assert.deepEqual(places(TEXT, ['slots=2', 'method=']), ['--set 1 missing-key']);
    assert.deepEqual(places(TEXT, ['parameters.gamma.values=', 'exclude=']), ['--set 1 missing-key']);
    const continuous = 'method: random\nparameters:\n  gamma: {min: 0.5, max: 1.5}';
    const [problem, ...others] = problemsOf(continuous, ['epochs=3', 'method=grid']);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [problem?.file, problem?.excerpt, problem?.length, problem?.rule],
      ['--set', 'method=grid', 11, 'not-for-grid'],
    );
  });

  test("is not named for the file's own errors", () => {
    assert.deepEqual(places('parameters: {gamma: {values: [0]}}', ['slots=2']), ['1:1 missing-key']);
    assert.deepEqual(places(`slots: 0\n${TEXT}`, ['method=', 'epochs=3']), ['1:8 out-of-range', '--set 1 missing-key']);
  });

  for (const [override, place] of [
    ['slots', '--set 1 override'],
    ['=3', '--set 1 override'],
    ['parameters..values=3', '--set 1 override'],
    [`${'a.'.repeat(200)}b=1`, '--set 1 override'],
    ['slots=[1', '--set 9 syntax'],
    ['slots=*x', '--set 7 alias'],
    ['method.kind=grid', '--set 8 override'],
    ['seeds.5=1', '--set 7 override'],
    ['seeds.first=1', '--set 7 override'],
    ['early_terminate=', '--set 1 override'],
    ['parameters.gamma.value=2', '--set 18 wrong-value'],
    ['parameters.learning_rate=0.1', '--set 26 wrong-type'],
  ] as const) {
    test(`${override.slice(0, 40)} is refused`, () => {
      assert.deepEqual(places(TEXT, [override]), [place]);
    });
  }
});
