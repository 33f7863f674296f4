import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { Trainer } from '../../src/sweep/definition.js';
import { parse } from './helpers.js';

const FULL = `# yaml-language-server: $schema=./sweep.schema.json
name: flowers
description: The usual grid.
method: grid
metric: {name: val_loss, target: 0.1}
dataset: ./data/flowers
devices: [gpu:0, gpu:1]
slots: 2
max_trial_time: 10m
max_time: 8h
checkpoint_every: 500 steps
keep: {last: false, top_trials: 10}
seeds: [0, 1]
run_cap: 50
epochs: 3
parameters:
  backbone: {values: [b0, b7]}
  learning_rate: {values: [1e-5, 3e-5]}
  batch_size: {min: 16, max: 18}
  augment: {value: true}
  optimizer:
    parameters:
      momentum: {distribution: q_uniform, min: 0, max: 0.3, q: 0.1}
exclude:
  - {backbone: b7, batch_size: [17, 18]}
image_size: 32
`;

test('a sweep file becomes a definition with its axes in order and its fixed settings apart', () => {
  const { text, hash, ...definition } = parse(FULL);
  assert.deepEqual(definition, {
    name: 'flowers',
    description: 'The usual grid.',
    method: 'grid',
    objective: { metric: 'val_loss', goal: 'minimize', target: 0.1 },
    axes: [
      { name: 'backbone', distribution: { kind: 'categorical', values: ['b0', 'b7'] } },
      { name: 'learning_rate', distribution: { kind: 'categorical', values: [0.00001, 0.00003] } },
      { name: 'batch_size', distribution: { kind: 'int_uniform', min: 16, max: 18 } },
      { name: 'optimizer.momentum', distribution: { kind: 'q_uniform', min: 0, max: 0.3, q: 0.1 } },
    ],
    fixed: { epochs: 3, image_size: 32, augment: true },
    exclude: [{ backbone: ['b7'], batch_size: [17, 18] }],
    seed: 0,
    seeds: [0, 1],
    runCap: 50,
    dataset: { written: './data/flowers', path: '/sweeps/data/flowers' },
    trainer: { kind: 'builtin', name: 'image-classifier' },
    devices: ['gpu:0', 'gpu:1'],
    slots: 2,
    maxTrialTimeMs: 600_000,
    maxTimeMs: 28_800_000,
    folder: '/sweeps',
    folds: undefined,
    confirm: undefined,
    onFinish: undefined,
    earlyTermination: undefined,
    sampling: undefined,
    checkpointEvery: { steps: 500 },
    keep: { best: true, last: false, topTrials: 10 },
    notes: [],
  });
  assert.equal(text, FULL);
  assert.equal(hash, createHash('sha256').update(FULL).digest('hex'));
});

test('missing keys have defaults', () => {
  const { name, description, objective, exclude, seed, seeds, runCap, dataset, devices, slots, maxTimeMs } = parse(
    'method: random\nparameters: {gamma: {values: [0, 1]}}',
  );
  assert.deepEqual(
    { name, description, objective, exclude, seed, seeds, runCap, dataset, devices, slots, maxTimeMs },
    {
      name: 'flowers',
      description: undefined,
      objective: { metric: 'val_macro_f1', goal: 'maximize' },
      exclude: [],
      seed: 0,
      seeds: [0],
      runCap: undefined,
      dataset: undefined,
      devices: 'auto',
      slots: 1,
      maxTimeMs: undefined,
    },
  );
});

test('JSON gives the same definition as YAML', () => {
  const json = JSON.stringify(
    { $schema: './x.json', method: 'grid', parameters: { gamma: { values: [0, 1e-5] } } },
    null,
    '\t',
  );
  assert.deepEqual(parse(json).axes, parse('method: grid\nparameters: {gamma: {values: [0, 1e-5]}}').axes);
});

describe('YAML', () => {
  const axis = (values: string): unknown =>
    parse(`program: x.py\nmethod: grid\nparameters:\n  x: {values: ${values}}`).axes[0];
  test('reads numbers in any notation', () => {
    assert.deepEqual(axis('[3e-5, 1E-3, .5, 2., 1e3, 0x10, +7]'), {
      name: 'x',
      distribution: { kind: 'categorical', values: [0.00003, 0.001, 0.5, 2, 1000, 16, 7] },
    });
  });

  test('reads yes, no, on, off and dates as text', () => {
    assert.deepEqual(axis('[yes, no, on, off, 2024-01-01, True, FALSE]'), {
      name: 'x',
      distribution: { kind: 'categorical', values: ['yes', 'no', 'on', 'off', '2024-01-01', true, false] },
    });
  });

  test('may use anchors, aliases and merge keys', () => {
    const text = `
method: grid
parameters:
  gamma: &axis {values: [0, 1]}
  alpha: *axis
  learning_rate: {<<: *axis, values: [0.1]}
`;
    assert.deepEqual(
      parse(text).axes.map(({ distribution }) => distribution),
      [[0, 1], [0, 1], [0.1]].map((values) => ({ kind: 'categorical', values })),
    );
  });

  test('may begin with a byte order mark and end its lines with carriage returns', () => {
    assert.equal(parse('\ufeffmethod: grid\r\nparameters:\r\n  gamma:\r\n    values: [0, 1]\r\n').axes.length, 1);
  });
});

describe('the trainer', () => {
  const body = 'method: grid\nmetric: {name: score, goal: maximize}\nparameters: {anything: {values: [1]}}';
  test('a path is a module, relative to the file, never loaded', () => {
    const { trainer, objective } = parse(`trainer: ../mine.js\n${body}`);
    assert.deepEqual(trainer, { kind: 'module', written: '../mine.js', path: '/mine.js' });
    assert.deepEqual(objective, { metric: 'score', goal: 'maximize' });
  });

  test('a program has the command line of W&B, or its own', () => {
    const trainerOf = (text: string): Trainer => parse(`${text}\n${body}`).trainer;
    assert.deepEqual(trainerOf('program: train.py'), {
      kind: 'program',
      program: 'train.py',
      command: ['${env}', '${interpreter}', '${program}', '${args}'],
      interpreter: undefined,
      cwd: 'file',
      metrics: {},
      reporter: undefined,
      programFiles: [],
      version: 'files',
      memoryBytes: undefined,
      passing: { nested: {}, floats: [], seed: false },
    });
    const own = trainerOf('command: [python, -m, mine, --steps, 5, --fast, true, "${args}"]\nproject: p\nentity: e');
    assert.ok(own.kind === 'program');
    assert.deepEqual(own.command, ['python', '-m', 'mine', '--steps', '5', '--fast', 'True', '${args}']);
    assert.equal(own.program, undefined);
  });

  test('a program whose file names no metric is ranked by val_loss, with a note', () => {
    const { objective, notes } = parse('program: train.py\nmethod: grid\nparameters: {x: {value: 1}}');
    assert.deepEqual(objective, { metric: 'val_loss', goal: 'minimize' });
    assert.match(notes.join(), /no `metric` is set/);
  });
});

test('a dataset is a path from the file, unless it has a scheme', () => {
  const dataset = (written: string): string | undefined =>
    parse(`method: grid\ndataset: ${JSON.stringify(written)}\nparameters: {gamma: {values: [0]}}`).dataset?.path;
  assert.equal(dataset('mnist'), '/sweeps/mnist');
  assert.equal(dataset('s3://bucket/flowers'), 's3://bucket/flowers');
  assert.equal(dataset('photos:2024'), '/sweeps/photos:2024');
  assert.equal(dataset('../données/mes fleurs'), '/données/mes fleurs');
  assert.equal(dataset('/abs/x'), '/abs/x');
});

test('one device can be written without a list', () => {
  assert.deepEqual(parse('method: grid\ndevices: cpu:0\nparameters: {gamma: {values: [0]}}').devices, ['cpu:0']);
});
