import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SweepFileError } from '../../src/sweep/problem.js';
import { parse, places, problemsOf } from './helpers.js';

/** A grid over whatever stands below `parameters:`, which is line 2. */
const grid = (parameters: string, more = ''): string => `method: grid\nparameters:\n${parameters}\n${more}`;
const random = (parameters: string, more = ''): string => `method: random\nparameters:\n${parameters}\n${more}`;

/** The only problem of a text. */
function only(text: string, overrides: readonly string[] = []): { place: string; message: string; suggestion: string } {
  const [problem, ...others] = problemsOf(text, overrides);
  assert.deepEqual(others, []);
  const { line, column, rule, message, suggestion = '' } = problem!;
  return { place: `${line}:${column} ${rule}`, message, suggestion };
}

describe('a problem', () => {
  test('is shown like a compiler shows it: place, line, mark, and what to do', () => {
    assert.throws(
      () => parse(grid('  learning_rte:\n    values: [0.1]')),
      (error: unknown) => {
        assert.ok(error instanceof SweepFileError);
        assert.equal(error.code, 'SWEEP_FILE_INVALID');
        assert.equal(error.exitStatus, 2);
        assert.equal(
          error.message,
          [
            '/sweeps/flowers.yaml:3:3: image-classifier has no parameter `learning_rte`',
            '    learning_rte:',
            '    ^^^^^^^^^^^^',
            '  did you mean `learning_rate`?',
          ].join('\n'),
        );
        return true;
      },
    );
  });

  test('comes with all the others, in the order of the file', () => {
    const text = [
      'methd: grid',
      'slots: 0',
      'parameters:',
      '  gamma: {values: [0, -1]}',
      '  backbone: {values: [b0, b8]}',
      'metric: {name: val_acuracy}',
    ].join('\n');
    assert.deepEqual(places(text), [
      '1:1 unknown-key',
      '2:8 out-of-range',
      '4:23 out-of-range',
      '5:27 wrong-value',
      '6:16 unknown-metric',
    ]);
  });

  test('keeps tabs in front of its mark and neutralises what could steer a terminal', () => {
    const { message } = errorOf('{\n\t"method":\t"gr\u009b31mid",\n\t"parameters": {"gamma": {"values": [0]}}\n}');
    assert.match(message, /^ {2}\t"method":\t"gr\ufffd31mid",\n {2}\t {9}\t\^{10}$/m);
  });

  test('marks the right part of a long line', () => {
    const values = Array.from({ length: 200 }, (_, index) => index).join(', ');
    const { message, problems } = errorOf(grid(`  gamma: {values: [${values}, oops, 201]}`));
    const [, excerpt = '', mark = ''] = message.split('\n');
    assert.equal(problems[0]!.column, 910);
    assert.equal(excerpt.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1), 'oops');
    assert.ok(excerpt.length <= 102);
  });

  test('is counted but not shown beyond the twentieth', () => {
    const { message, problems } = errorOf(grid(`  gamma: {values: [${'x, '.repeat(30)}y]}`));
    assert.equal(problems.length, 31);
    assert.equal(message.match(/must be a number/g)?.length, 20);
    assert.match(message, /\n\nand 11 more$/);
  });

  function errorOf(text: string): SweepFileError {
    try {
      parse(text);
    } catch (error) {
      if (error instanceof SweepFileError) return error;
    }
    throw new Error('no problem');
  }
});

describe('YAML that cannot be read', () => {
  const cases: readonly (readonly [name: string, text: string, place: string, message: RegExp])[] = [
    ['an unclosed bracket', 'method: grid\nparameters:\n  gamma: {values: [0, 1}\n', '3:24 syntax', /\]/],
    ['an unclosed quote', 'method: "grid\n', '1:14 syntax', /quote/],
    ['a tab for indentation', 'method: grid\nparameters:\n\tgamma: {values: [0]}\n', '3:1 syntax', /tab/],
    [
      'a duplicate key',
      'method: grid\nmethod: random\nparameters: {gamma: {values: [0]}}',
      '2:1 duplicate-key',
      /already/,
    ],
    ['a second document', 'method: grid\n---\nmethod: grid\n', '2:1 syntax', /second document/],
    ['two keys on one line', 'method: grid\nparameters:\n  gamma: values: [0]\n', '3:10 syntax', /one line/],
    ['an unknown tag', 'method: !grid x\nparameters: {gamma: {values: [0]}}', '1:9 syntax', /tag/],
    ['a list as a key', '[a]: b\n', '1:1 syntax', /plain text/],
    ['an alias without an anchor', 'method: *m\n', '1:9 alias', /no anchor &m/],
    ['an alias inside of its anchor', 'method: grid\nparameters: &p\n  gamma: *p\n', '3:10 alias', /inside/],
    ['a merge of something else', 'method: grid\nparameters: {<<: 3}\n', '2:14 alias', /only mappings/],
    ['nesting without end', `method: ${'['.repeat(20_000)}`, '1:109 syntax', /100 levels/],
    ['JSON with a missing comma', '{\n  "method": "grid"\n  "parameters": {}\n}', '3:3 syntax', /./],
  ];
  for (const [name, text, place, message] of cases) {
    test(`${name} is found in its place`, () => {
      const problem = only(text);
      assert.equal(problem.place, place);
      assert.match(problem.message, message);
    });
  }

  test('aliases that multiply without end are refused', () => {
    const levels = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const laughs = levels
      .slice(1)
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${levels[index]!}`).join()}]`);
    const problem = only(`a: &a [lol]\n${laughs.join('\n')}\n`);
    assert.equal(problem.place, '2:8 alias');
    assert.match(problem.message, /memory/);
  });

  test('aliases that nest without end are refused', () => {
    const chain = Array.from({ length: 1000 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index}]`);
    assert.equal(only(`a0: &a0 [x]\n${chain.join('\n')}`).place, '2:10 alias');
  });
});

describe('a file that is no sweep', () => {
  for (const [name, text, what] of [
    ['an empty file', '', /is empty/],
    ['a file of comments', '# nothing\n', /is empty/],
    ['a list', '- a\n- b\n', /is a list/],
    ['a line of text', 'hello', /plain text/],
    ['a number', '3', /plain text/],
  ] as const) {
    test(`${name} is refused`, () => {
      const problem = only(text);
      assert.equal(problem.place, '1:1 not-a-sweep');
      assert.match(problem.message, what);
    });
  }
});

describe('keys', () => {
  test('a misspelt one is found, and the one that was meant not reported missing', () => {
    const problem = only('method: grid\nparamters: {gamma: {values: [0]}}');
    assert.equal(problem.place, '2:1 unknown-key');
    assert.equal(problem.suggestion, 'did you mean `parameters`?');
  });

  test('other spellings and initials are recognised', () => {
    assert.match(only(grid('  batchSize: {values: [1]}')).suggestion, /`batch_size`/);
    assert.match(only(grid('  lr: {values: [0.1]}')).suggestion, /`learning_rate`/);
    assert.match(only('method: grid\nrun-cap: 3\nparameters: {gamma: {values: [0]}}').suggestion, /`run_cap`/);
  });

  test('a stray colon in a key is a misspelt key', () => {
    const problem = only(grid('  gamma:\n    values:: [0, 1]'));
    assert.equal(problem.place, '4:5 unknown-key');
    assert.match(problem.suggestion, /`values`/);
  });

  test('missing ones are named', () => {
    assert.deepEqual(places('name: x'), ['1:1 missing-key', '1:1 no-parameters']);
  });

  test('an unknown one is said to be unknown', () => {
    assert.equal(only('frobnicate: 3\nmethod: grid\nparameters: {gamma: {values: [0]}}').place, '1:1 unknown-key');
    assert.equal(only(grid('  gamma: {values: [0], frobnicate: 3}')).place, '3:24 unknown-key');
    assert.equal(
      only(grid('  gamma: {values: [0]}', 'metric: {name: loss, gaol: minimize}')).place,
      '4:22 unknown-key',
    );
  });

  test('a type that is not the right one is explained', () => {
    const problem = only(grid('  gamma: {values: [0]}', 'name: 2024'));
    assert.equal(problem.place, '4:7 wrong-type');
    assert.equal(problem.message, '`name` must be text, not 2024');
    assert.match(
      only(grid('  gamma: {values: [0]}', 'metric: loss')).suggestion,
      /metric: \{name: loss, goal: minimize\}/,
    );
    assert.match(only(grid('  gamma: {values: [0]}', 'epochs: {values: [1, 2]}')).suggestion, /below `parameters:`/);
    assert.match(only(grid('  gamma: {values: [0]}', 'devices: [gpu0]')).suggestion, /`gpu:0`/);
    assert.match(only(grid('  gamma: {values: [0]}', 'trainer: image-clasifier')).suggestion, /`image-classifier`/);
  });
});

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
    ['with a value twice', grid('  gamma: {values: [0, 1, 0.0]}'), '3:26 repeated-value', /Remove/],
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

describe('names', () => {
  test('of columns of the leaderboard are refused in any case', () => {
    for (const name of ['rank', 'sweep', 'trial', 'trial_key', 'state', 'objective', 'best_epoch', 'seconds', 'Seed']) {
      const problem = only(`program: x.py\n${grid(`  ${name}: {values: [1]}`)}`);
      assert.equal(problem.place, '4:3 reserved-name');
    }
    assert.match(only(grid('  seed: {values: [1, 2]}')).suggestion, /seeds: \[0, 1, 2\]/);
    assert.equal(only(`program: x.py\n${grid('  __proto__: {values: [1]}')}`).place, '4:3 reserved-name');
  });

  test('given twice are refused: at the top and below, nested and with a dot, in capitals', () => {
    assert.equal(only(grid('  epochs: {values: [1, 2]}', 'epochs: 3')).place, '3:3 duplicate-name');
    const nested = '  optimizer.name: {value: sgd}\n  optimizer: {parameters: {name: {value: adam}}}';
    assert.equal(only(grid(nested)).place, '4:28 duplicate-name');
    assert.equal(only(`program: x.py\n${grid('  lr: {value: 1}\n  LR: {value: 2}')}`).place, '5:3 duplicate-name');
  });

  test('with spaces or other signs are refused', () => {
    assert.equal(only(`program: x.py\n${grid('  "a b": {values: [1]}')}`).place, '4:3 wrong-value');
  });

  test('are checked in nested parameters too', () => {
    const problem = only(grid('  optimizer: {parameters: {nme: {value: sgd}}}'));
    assert.equal(problem.place, '3:28 unknown-parameter');
    assert.match(problem.message, /`optimizer.nme`/);
    assert.match(problem.suggestion, /`name`/);
    assert.equal(only(grid('  gamma: {parameters: {x: {value: 1}}}')).place, '3:11 unknown-key');
    assert.equal(only(grid('  parameters: {parameters: {a: {values: {}}}}')).place, '3:3 unknown-parameter');
  });
});

describe('exclude', () => {
  const axes = '  backbone: {values: [b0, b7]}\n  batch_size: {values: [16, 64]}';
  test('names only parameters of the sweep', () => {
    const problem = only(grid(axes, 'exclude:\n  - {backbon: b7}'));
    assert.equal(problem.place, '6:6 exclude');
    assert.match(problem.suggestion, /`backbone`/);
    assert.match(only(grid(axes, 'exclude: [{gamma: 0}]')).suggestion, /backbone, batch_size/);
  });

  test('names only values on the axis', () => {
    const problem = only(grid(axes, 'exclude:\n  - {backbone: b7, batch_size: [64, 128]}'));
    assert.equal(problem.place, '6:37 exclude');
    assert.equal(problem.message, '`batch_size` is never 128 in this sweep');
    assert.equal(problem.suggestion, 'It is 16, 64.');
    assert.match(only(grid(axes, 'exclude: [{backbone: b8}]')).suggestion, /`b/);
    assert.equal(only(grid(axes, 'gamma: 1\nexclude: [{gamma: 2, backbone: b7}]')).place, '6:19 exclude');
  });

  test('cannot name a value of a continuous axis', () => {
    assert.equal(only(random('  gamma: {min: 0.5, max: 1.5}', 'exclude: [{gamma: 1}]')).place, '4:12 exclude');
  });

  test('does not exclude everything', () => {
    assert.equal(only(grid(axes, 'exclude: [{}]')).place, '5:11 exclude');
    assert.match(only(grid(axes, 'gamma: 1\nexclude: [{gamma: 1}]')).message, /everything/);
    assert.equal(only(grid(axes, 'exclude: [{backbone: []}]')).place, '5:22 exclude');
  });

  test('takes a list for a value where the parameter has lists for values', () => {
    const definition = parse(
      grid('  alpha: {values: [[0.25, 0.75], [0.5, 0.5], 0.5]}', 'exclude: [{alpha: [0.25, 0.75]}]'),
    );
    assert.deepEqual(definition.exclude, [{ alpha: [[0.25, 0.75]] }]);
  });
});

describe('what is known and not supported', () => {
  test('is said to be that and nothing worse', () => {
    const text = `early_terminate: {type: hyperband, min_iter: 3}\n${random('  gamma: {min: 0, max: 2}').replace('random', 'bayes')}`;
    assert.deepEqual(places(text), ['1:1 unsupported', '2:9 unsupported']);
  });
});

describe('metrics', () => {
  test('that the trainer does not report are refused with the ones it does', () => {
    const problem = only(grid('  gamma: {values: [0]}', 'metric: {name: f1, goal: maximize}'));
    assert.equal(problem.place, '4:16 unknown-metric');
    assert.match(problem.suggestion, /loss, val_loss/);
  });

  test('that are better when higher need a goal, because without one the worst would come first', () => {
    const problem = only(grid('  gamma: {values: [0]}', 'metric: {name: val_accuracy}'));
    assert.equal(problem.place, '4:16 missing-goal');
    assert.match(problem.message, /minimize.*lowest `val_accuracy` first/);
    assert.match(problem.suggestion, /goal: maximize/);
    const misspelt = only(grid('  gamma: {values: [0]}', 'metric: {name: val_accuracy, gaol: maximize}'));
    assert.equal(misspelt.place, '4:30 unknown-key');
    for (const metric of ['{name: val_loss}', '{name: val_accuracy, goal: minimize}']) {
      assert.equal(parse(grid('  gamma: {values: [0]}', `metric: ${metric}`)).objective?.goal, 'minimize');
    }
    const own = `trainer: ./mine.js\n${grid('  x: {values: [0]}', 'metric: {name: val_accuracy}')}`;
    assert.equal(parse(own).objective?.goal, 'minimize');
  });

  test('of a trainer of its own cannot be guessed', () => {
    const problem = only(`trainer: ./mine.js\n${grid('  x: {values: [0]}')}`);
    assert.equal(problem.place, '1:1 missing-key');
    assert.match(problem.suggestion, /metric: \{name/);
  });
});

describe('settings at the top', () => {
  test('are checked like parameters', () => {
    assert.equal(only(grid('  gamma: {values: [0]}', 'batch_size: 0')).place, '4:13 out-of-range');
    assert.equal(only(grid('  gamma: {values: [0]}', 'imagesize: 32')).place, '4:1 unknown-key');
  });

  test('of the built-in trainer are refused with another', () => {
    const text = `trainer: ./mine.js\nmetric: {name: x}\n${grid('  x: {values: [0]}', 'image_size: 32')}`;
    const problem = only(text);
    assert.equal(problem.place, '6:1 unknown-key');
    assert.match(problem.suggestion, /image_size: \{value: \.\.\.\}/);
  });

  test('seeds are whole numbers, none twice', () => {
    assert.equal(only(grid('  gamma: {values: [0]}', 'seeds: [0, 1, 0]')).place, '4:15 repeated-value');
    assert.equal(only(grid('  gamma: {values: [0]}', 'seeds: []')).place, '4:8 empty');
    assert.equal(only(grid('  gamma: {values: [0]}', 'seed: 1.5')).place, '4:7 wrong-type');
    assert.equal(only(grid('  gamma: {values: [0]}', 'run_cap: 0')).place, '4:10 out-of-range');
  });

  test('a sweep without parameters has nothing to sweep over', () => {
    assert.equal(only('method: grid\nparameters: {}').place, '2:1 no-parameters');
    assert.equal(only('method: grid\nparameters:').place, '2:1 no-parameters');
  });
});
