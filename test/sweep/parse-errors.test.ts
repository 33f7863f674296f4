import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseSweep } from '../../src/sweep/parse.js';
import { SweepFileError } from '../../src/sweep/problem.js';
import { manifest } from '../fixtures/manifest.js';
import { grid, only, parse, places, random } from './helpers.js';

describe('a problem', () => {
  test('is shown in the format of a compiler: place, line, mark, and suggestion', () => {
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

  test('of nested settings suggests the flat names', () => {
    const { learning_rate: rate } = manifest.parameters;
    const nesting = { ...manifest, parameters: { ...manifest.parameters, batch_size_growth: rate! } };
    const text = 'method: grid\nparameters: {gamma: {values: [0]}}\nbatch_size: {growth: 0.1}';
    assert.throws(
      () => parseSweep({ file: 'a.yaml', text }, { manifest: nesting }),
      /3:13: `batch_size` must be .*, not .*\n[^]*Settings are not nested: write `batch_size_growth: 0.1`\./,
    );
  });

  test('of a pattern of words lists the words', () => {
    const pattern = '^(all|last-[1-9][0-9]*-blocks)$';
    const worded = {
      ...manifest,
      parameters: { unfreeze: { description: 'What.', type: 'string', pattern } },
    } as const;
    const text = 'method: grid\nparameters: {unfreeze: {values: [all, some]}}';
    assert.throws(
      () => parseSweep({ file: 'a.yaml', text }, { manifest: worded }),
      /must be all or last-N-blocks, not "some"/,
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

  test('keeps tabs before its mark and replaces control characters', () => {
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

  test('is counted but not shown after the twentieth', () => {
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

describe('a file that is not a sweep', () => {
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
  test('a misspelt one is found, and the correct one is not reported missing', () => {
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

  test('an unknown one is reported', () => {
    assert.equal(only('frobnicate: 3\nmethod: grid\nparameters: {gamma: {values: [0]}}').place, '1:1 unknown-key');
    assert.equal(only(grid('  gamma: {values: [0], frobnicate: 3}')).place, '3:24 unknown-key');
    assert.equal(
      only(grid('  gamma: {values: [0]}', 'metric: {name: loss, gaol: minimize}')).place,
      '4:22 unknown-key',
    );
  });

  test('a wrong type is explained', () => {
    const problem = only(grid('  gamma: {values: [0]}', 'name: 2024'));
    assert.equal(problem.place, '4:7 wrong-type');
    assert.equal(problem.message, '`name` must be text, not 2024');
    assert.match(
      only(grid('  gamma: {values: [0]}', 'metric: loss')).suggestion,
      /metric: \{name: loss, goal: minimize\}/,
    );
    assert.match(only(grid('  gamma: {values: [0]}', 'epochs: {values: [1, 2]}')).suggestion, /below `parameters:`/);
    assert.match(only(grid('  gamma: {values: [0]}', 'devices: [gpu0]')).suggestion, /`gpu:0`/);
    for (const slots of ['0', 'many', '[2]']) {
      const { message } = only(grid('  gamma: {values: [0]}', `slots: ${slots}`));
      assert.match(message, /^`slots` must be a whole number from 1, or auto, not /);
    }
    assert.match(only(grid('  gamma: {values: [0]}', 'trainer: image-clasifier')).suggestion, /`image-classifier`/);
  });
});

describe('names', () => {
  test('of columns of the leaderboard are taken, except `seed` in any case', () => {
    for (const name of ['rank', 'sweep', 'trial', 'trial_key', 'state', 'objective', 'best_epoch', 'seconds']) {
      const { axes } = parse(`program: x.py\n${grid(`  ${name}: {values: [1]}`)}`);
      assert.equal(axes[0]!.name, name);
    }
    assert.equal(only(`program: x.py\n${grid('  Seed: {values: [1]}')}`).place, '4:3 reserved-name');
    assert.match(only(grid('  seed: {min: 1, max: 2}')).suggestion, /seeds: \[0, 1, 2\]/);
    assert.equal(only(`program: x.py\n${grid('  __proto__: {values: [1]}')}`).place, '4:3 reserved-name');
  });

  test('given twice are refused: at the top and below, nested and with a dot, in capitals', () => {
    assert.equal(only(grid('  epochs: {values: [1, 2]}', 'epochs: 3')).place, '3:3 duplicate-name');
    const nested = '  optimizer.name: {value: sgd}\n  optimizer: {parameters: {name: {value: adam}}}';
    assert.equal(only(grid(nested)).place, '4:28 duplicate-name');
    assert.equal(only(`program: x.py\n${grid('  lr: {value: 1}\n  LR: {value: 2}')}`).place, '5:3 duplicate-name');
  });

  test('with spaces or other special characters are refused', () => {
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

  test('may not exclude everything', () => {
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

describe('what a method needs', () => {
  test('a surrogate and an acquisition belong to bayes', () => {
    assert.deepEqual(places(`surrogate: tpe\n${random('  gamma: {min: 0, max: 2}')}`), ['1:1 not-for-method']);
    assert.deepEqual(places(`acquisition: per_second\n${grid('  gamma: {values: [0]}')}`), ['1:1 not-for-method']);
    const bayes = random('  gamma: {min: 0, max: 2}').replace('random', 'bayes');
    assert.deepEqual(parse(`surrogate: tpe\n${bayes}`).sampling, { surrogate: 'tpe' });
    assert.deepEqual(places(`surrogate: gps\n${bayes}`), ['1:12 wrong-value']);
  });

  test('a list needs points, and only a list has them', () => {
    assert.deepEqual(places('method: list\nparameters:\n  gamma: {value: 0}\n'), ['1:9 points']);
    assert.deepEqual(places(grid('  gamma: {values: [0]}', 'points: [{gamma: 1}]')), ['4:1 not-for-method']);
  });

  test('a value of a listed point is checked at its place, as that of a parameter', () => {
    const list = (...points: readonly string[]): string =>
      `method: list\npoints:\n${points.map((point) => `  - ${point}\n`).join('')}`;
    const { axes, sampling } = parse(list('{gamma: 2, backbone: b0}', '{gamma: 0, backbone: b0}'));
    assert.deepEqual(sampling, {
      points: [
        { gamma: 2, backbone: 'b0' },
        { gamma: 0, backbone: 'b0' },
      ],
    });
    assert.deepEqual(
      axes.map(({ name }) => name),
      ['gamma', 'backbone'],
    );
    assert.deepEqual(places(list('{gamma: 2}', '{gamma: -1}')), ['4:13 out-of-range']);
    assert.deepEqual(places(list('{gamma: 2}', '{gama: 1}')), ['4:6 unknown-parameter']);
    assert.deepEqual(places(`${list('{gamma: 2}')}parameters: {gamma: {value: 1}}\n`), ['3:6 points']);
    assert.deepEqual(places('method: list\npoints: 3\n'), ['1:1 no-parameters', '2:9 wrong-type']);
  });

  test('cma-es takes numbers only', () => {
    const text = random('  gamma: {min: 0, max: 2}\n  backbone: {values: [b0, b1]}').replace('random', 'cma-es');
    const problem = only(text);
    assert.deepEqual(
      [problem.place, problem.message],
      ['1:9 unordered-axis', '`method: cma-es` takes numbers only, and `backbone` has other values'],
    );
    assert.equal(parse(random('  batch_size: {values: [16, 32]}').replace('random', 'cma-es')).method, 'cma-es');
  });
});

describe("keys of W&B's that are not supported", () => {
  for (const key of ['apiVersion', 'kind', 'job', 'scheduler', 'impute']) {
    test(`${key} is reported as W&B's, with any trainer`, () => {
      for (const trainer of ['', 'trainer: ./mine.js\nmetric: {name: x}\n']) {
        const problem = only(`${key}: a\n${trainer}${grid('  gamma: {values: [0]}')}`);
        assert.equal(problem.place, '1:1 unsupported');
        assert.equal(problem.message, `\`${key}\` is W&B's, not supported here`);
      }
    });
  }

  test('a key inside of metric is named, too', () => {
    const problem = only(grid('  gamma: {values: [0]}', 'metric: {name: val_loss, impute: latest}'));
    assert.equal(problem.place, '4:26 unsupported');
  });
});

describe('names that other tools use', () => {
  const cases: readonly (readonly [written: string, meant: string])[] = [
    ['acc', 'val_accuracy'],
    ['val_acc', 'val_accuracy'],
    ['val/acc', 'val_accuracy'],
    ['f1', 'val_macro_f1'],
    ['val_f1', 'val_macro_f1'],
    ['train_loss', 'loss'],
    ['test_loss', 'val_loss'],
  ];
  for (const [written, meant] of cases) {
    test(`the metric ${written} is taken for ${meant}`, () => {
      const { suggestion } = only(grid('  gamma: {values: [0]}', `metric: {name: ${written}, goal: maximize}`));
      assert.equal(suggestion, `did you mean \`${meant}\`?`);
    });
  }

  test('a metric written as text is suggested as a mapping, with our name and its goal', () => {
    const suggestion = (name: string, more = ''): string =>
      only(`${more}${grid('  gamma: {values: [0]}', `metric: ${name}`)}`).suggestion;
    assert.equal(suggestion('val_acc'), 'Write `metric: {name: val_accuracy, goal: maximize}`.');
    assert.equal(suggestion('train_loss'), 'Write `metric: {name: loss, goal: minimize}`.');
    assert.equal(suggestion('val_acc', 'trainer: ./mine.js\n'), 'Write `metric: {name: val_acc, goal: maximize}`.');
  });

  for (const [written, meant] of [
    ['lr', 'learning_rate'],
    ['model', 'backbone'],
    ['arch', 'backbone'],
    ['optim', 'optimizer.name'],
    ['bs', 'batch_size'],
  ] as const) {
    test(`the parameter ${written} is taken for ${meant}`, () => {
      assert.equal(only(grid(`  ${written}: {values: [1]}`)).suggestion, `did you mean \`${meant}\`?`);
    });
  }

  for (const [written, meant] of [
    ['efficientnet_b0', 'b0'],
    ['EfficientNetB7', 'b7'],
    ['tf_efficientnet_b1.ns_jft_in1k', 'b1'],
  ] as const) {
    test(`the backbone ${written} is taken for ${meant}`, () => {
      assert.equal(only(grid(`  backbone: {values: [${written}]}`)).suggestion, `did you mean \`${meant}\`?`);
    });
  }
});

describe('metrics', () => {
  test('that the trainer does not report are refused with the ones it does', () => {
    const problem = only(grid('  gamma: {values: [0]}', 'metric: {name: f1, goal: maximize}'));
    assert.equal(problem.place, '4:16 unknown-metric');
    assert.equal(problem.suggestion, 'did you mean `val_macro_f1`?');
    const other = only(grid('  gamma: {values: [0]}', 'metric: {name: sharpness, goal: maximize}'));
    assert.match(other.suggestion, /loss, val_loss/);
  });

  test('that are better when higher need a goal, because without one the worst would come first', () => {
    const problem = only(grid('  gamma: {values: [0]}', 'metric: {name: val_accuracy}'));
    assert.equal(problem.place, '4:16 missing-goal');
    assert.match(problem.message, /minimize.*lowest `val_accuracy` first/);
    assert.match(problem.suggestion, /goal: maximize/);
    const misspelt = only(grid('  gamma: {values: [0]}', 'metric: {name: val_accuracy, gaol: maximize}'));
    assert.equal(misspelt.place, '4:30 unknown-key');
    for (const metric of ['{name: val_loss}', '{name: val_accuracy, goal: minimize}']) {
      assert.equal(parse(grid('  gamma: {values: [0]}', `metric: ${metric}`)).objective.goal, 'minimize');
    }
    const own = `trainer: ./mine.js\n${grid('  x: {values: [0]}', 'metric: {name: val_accuracy}')}`;
    assert.equal(parse(own).objective.goal, 'minimize');
  });

  test('that cannot be compared between trials are refused with one that can', () => {
    const varying = '  gamma: {values: [0, 2]}\n  alpha: {min: 0.1, max: 0.9}\n  learning_rate: {values: [0.1, 0.2]}';
    const problem = only(`${grid(varying, 'metric: {name: loss}').replace('grid', 'random')}\nrun_cap: 3`);
    assert.equal(problem.place, '6:16 incomparable-metric');
    assert.match(problem.message, /`gamma` and `alpha`.*`loss`/);
    assert.match(problem.suggestion, /`val_loss`/);
    for (const gamma of ['{value: 2}', '{values: [2]}']) {
      assert.equal(parse(grid(`  gamma: ${gamma}`, 'metric: {name: loss}')).objective.metric, 'loss');
    }
  });

  test('are required for a trainer of its own', () => {
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

  test('that are misspelt are recognised with a trainer of its own, too', () => {
    const own = 'trainer: ./mine.js\nmetric: {name: x}\n';
    const problem = only(`${own}metod: grid\nparameters: {x: {values: [0]}}`);
    assert.equal(problem.place, '3:1 unknown-key');
    assert.equal(problem.message, 'unknown key `metod`');
    assert.equal(problem.suggestion, 'did you mean `method`?');
    assert.match(only(`${own}${grid('  x: {values: [0]}', 'frobnicate: 3')}`).suggestion, /below `parameters:`/);
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
