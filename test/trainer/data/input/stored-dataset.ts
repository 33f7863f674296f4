import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import type { Params } from '../../../../src/core/parameters.js';
import { readSettings } from '../../../../src/trainer/training/classifier-settings.js';
import type { ImageDataset } from '../../../../src/trainer/data/datasets/image-dataset.js';
import { openImageDataset } from '../../../../src/trainer/data/datasets/open-image-dataset.js';
import { partOf, type BatchSource } from '../../../../src/trainer/data/input/batch-source.js';
import { MNIST } from '../files.js';

export const SIZE = 32;
export const BATCH = 8;

/** Opens 35 digits for training and 20 for validation before the tests of a file, and removes them afterwards. */
export function useDigits(): () => ImageDataset {
  let folder: string;
  let dataset: ImageDataset;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sweepwright-input-'));
    dataset = await openDigits(folder);
  });
  after(() => {
    dataset.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return () => dataset;
}

export function openDigits(cacheDir: string): Promise<ImageDataset> {
  const { data } = readSettings({ train_samples: 35, validation_samples: 20 });
  return openImageDataset({
    path: MNIST,
    imageSize: SIZE,
    cacheDir,
    seed: 1,
    warn: (text) => assert.fail(text),
    ...data,
  });
}

export function sourceOf(dataset: ImageDataset, params: Params = {}, more: Partial<BatchSource> = {}): BatchSource {
  return {
    batchSize: BATCH,
    imageSize: SIZE,
    classes: dataset.classNames.length,
    seed: 1,
    train: partOf(dataset.train),
    validation: partOf(dataset.validation),
    augmentation: readSettings(params).augmentation,
    ...more,
  };
}
