import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse, only, places } from '../helpers.js';

const BODY = 'method: grid\nmetric: {name: val_loss}\nparameters: {x: {values: [1]}}\n';

describe('a program', () => {
  test('beside a trainer is a mistake, shown at the later of the two', () => {
    const { place, suggestion } = only(`${BODY}trainer: ./mine.js\nprogram: train.py\n`);
    assert.equal(place, '5:1 wrong-value');
    assert.match(suggestion, /--set program= removes/);
    assert.deepEqual(
      places('program: a.py\nmethod: grid\nparameters: {gamma: {value: 1}}\ntrainer: image-classifier\n'),
      ['4:1 wrong-value'],
    );
  });

  test('that is missing makes its settings a mistake', () => {
    assert.deepEqual(places(`${BODY}trainer: ./x.js\ninterpreter: python3\nmetrics: {val_loss: '(.)'}\n`), [
      '5:1 unknown-key',
      '6:1 unknown-key',
    ]);
    assert.equal(only(`metrics: [loss]\n${BODY}trainer: ./x.js\n`).place, '1:1 unknown-key');
  });

  test('takes the macros of W&B and no others', () => {
    const { place, message, suggestion } = only(`${BODY}program: a.py\ncommand: [python, "\${arg_json}"]\n`);
    assert.equal(place, '5:19 wrong-value');
    assert.equal(message, 'there is no macro `${arg_json}`');
    assert.match(suggestion, /`args_json`/);
    assert.match(only(`${BODY}command: ["\${program}"]\n`).message, /`program`, which is missing/);
  });

  test('is read by expressions that have a group', () => {
    const written = (pattern: string): string => `${BODY}program: a.py\nmetrics: {val_loss: '${pattern}'}\n`;
    assert.match(only(written('loss=[0-9]+')).message, /no group/);
    assert.match(only(written('loss=(')).message, /no regular expression/);
    assert.match(only(`${BODY}program: a.py\nmetrics: {val_acc: 'acc=(.*)'}\n`).message, /val_loss, which ranks/);
    const both = `${BODY}program: a.py\nreporter: wandb\nmetrics: {val_loss: '(.)'}\n`;
    assert.equal(only(both).place, '6:1 wrong-value');
  });
});

test('resources limit the memory of a trial', () => {
  const written = (memory: string): string => `${BODY}program: a.py\nresources: {memory: ${memory}}\n`;
  const { trainer } = parse(written('7.5 GB'));
  assert.equal(trainer.kind === 'program' && trainer.memoryBytes, 7.5e9);
  assert.match(only(written('lots')).message, /must be an amount such as 16GB or 800MB, not "lots"/);
  assert.equal(only(`${BODY}program: a.py\nresources: {gpus: 2}\n`).place, '5:13 unknown-key');
});

test('parameters are passed as Python has them: nested, and as floats where they are', () => {
  const text = `program: a.py
method: random
parameters:
  lr: {min: 0.1, max: 1.0}
  width: {values: [1.0, 2.0]}
  mixed: {values: [1, 2.5]}
  layers: {min: 1, max: 4}
  steps: {distribution: q_uniform, min: 0, max: 10, q: 2}
  share: {distribution: q_uniform, min: 0, max: 10, q: 2.0}
  optimizer: {parameters: {name: {values: [sgd]}, decay: {value: 1.0}}}
  seed: {values: [1, 2]}
`;
  const { trainer } = parse(text);
  assert.ok(trainer.kind === 'program');
  assert.deepEqual(trainer.passing, {
    nested: { 'optimizer.name': ['optimizer', 'name'], 'optimizer.decay': ['optimizer', 'decay'] },
    floats: ['lr', 'width', 'share', 'optimizer.decay'],
    seed: true,
  });
});
