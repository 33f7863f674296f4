import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { describe, it } from 'node:test';
import { shareBuffers, type Batch } from '../../../../src/trainer/data/input/batch.js';
import { BatchFeed } from '../../../../src/trainer/data/input/batch-feed.js';
import { createBatchMaker } from '../../../../src/trainer/data/input/batch-maker.js';
import { countBatches, type BatchSource, type Pass } from '../../../../src/trainer/data/input/batch-source.js';
import { temporaryFolder } from '../files.js';
import { openDigits, sourceOf, useDigits } from './stored-dataset.js';

const TRAIN: Pass = { part: 'train', epoch: 1 };
const VALIDATION: Pass = { part: 'validation' };

const digits = useDigits();

const open = (source: BatchSource, signal = new AbortController().signal): BatchFeed =>
  new BatchFeed(source, { signal, now: () => performance.now() });

const copyOf = ({ images, labels, targets, weights, count }: Batch): Batch => ({
  images: images.slice(),
  labels: labels.slice(),
  targets: targets.slice(),
  weights: weights.slice(),
  count,
});

async function collect(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const collected = [];
  for await (const batch of batches) collected.push(copyOf(batch));
  return collected;
}

/** The same batches, made in this thread. */
function madeHere(source: BatchSource, pass: Pass): Batch[] {
  const maker = createBatchMaker(source);
  const batches = Array.from({ length: countBatches(source, pass) }, (_, number) => {
    const buffers = shareBuffers(source);
    return { ...buffers, count: maker.fill(pass, number, buffers) };
  });
  maker.close();
  return batches;
}

describe('a feed', () => {
  it('returns the batches of each pass in order, also when others were prepared ahead', async () => {
    const source = sourceOf(digits(), { augment: 'medium', mixup_alpha: 0.2 });
    const feed = open(source);
    try {
      const second: Pass = { part: 'train', epoch: 2 };
      assert.deepEqual(await collect(feed.batches(TRAIN, { next: VALIDATION })), madeHere(source, TRAIN));
      assert.deepEqual(await collect(feed.batches(VALIDATION, { next: TRAIN })), madeHere(source, VALIDATION));
      assert.deepEqual(await collect(feed.batches(second, { next: VALIDATION })), madeHere(source, second));
      assert.deepEqual(await collect(feed.batches(VALIDATION)), madeHere(source, VALIDATION));
    } finally {
      await feed.close();
    }
  });

  it('can start within a pass, and continues after a pass that was left early', async () => {
    const source = sourceOf(digits());
    const feed = open(source);
    try {
      assert.deepEqual(await collect(feed.batches(TRAIN, { start: 2 })), madeHere(source, TRAIN).slice(2));
      assert.deepEqual(await collect(feed.batches(TRAIN, { start: 4 })), []);
      for await (const { count } of feed.batches(TRAIN, { next: VALIDATION })) {
        assert.equal(count, 8);
        break;
      }
      assert.deepEqual(await collect(feed.batches(TRAIN, { start: 3 })), madeHere(source, TRAIN).slice(3));
      assert.deepEqual(await collect(feed.batches(TRAIN)), madeHere(source, TRAIN));
    } finally {
      await feed.close();
    }
  });

  it('prepares batches while this thread is busy, and measures the time waited', async () => {
    const feed = open(sourceOf(digits()));
    try {
      const shares: number[] = [];
      for (const epoch of [1, 2]) {
        for await (const batch of feed.batches(
          { part: 'train', epoch },
          { next: { part: 'train', epoch: epoch + 1 } },
        )) {
          assert.equal(batch.count, 8);
          const until = performance.now() + 50;
          while (performance.now() < until);
        }
        const { elapsedMs, waitedMs } = feed.takeWait();
        shares.push(waitedMs / elapsedMs);
      }
      // The first batch waits for the start of the thread.
      assert.ok(shares[0]! > 0 && shares[0]! <= 1, `${shares[0]!}`);
      assert.ok(shares[1]! < 0.05, `waited ${shares[1]!} of the second epoch`);
    } finally {
      await feed.close();
    }
  });

  it('ends its thread when it is closed in the middle of a pass, also twice', async () => {
    const feed = open(sourceOf(digits()));
    const batches = feed.batches(TRAIN);
    await batches.next();
    await Promise.all([feed.close(), feed.close()]);
    await feed.close();
    await assert.rejects(collect(feed.batches(VALIDATION)), { code: 'INPUT_CLOSED' });
  });

  it('stops waiting when it is aborted, and throws the reason', async () => {
    const controller = new AbortController();
    const feed = open(sourceOf(digits()), controller.signal);
    try {
      const waiting = feed.batches(TRAIN).next();
      controller.abort(new Error('time is up'));
      await assert.rejects(waiting, /time is up/);
    } finally {
      await feed.close();
    }
  });
});

describe('an error in the thread of a feed', () => {
  const failing = async (source: BatchSource, code: string): Promise<void> => {
    const feed = open(source);
    try {
      await assert.rejects(collect(feed.batches(TRAIN)), (error: Error & { code: string; hint: string }) => {
        assert.equal(error.code, code);
        assert.ok(error.message.length > 0);
        return true;
      });
    } finally {
      await feed.close();
    }
  };

  it('arrives with its code if the images are missing', () => {
    const { train, ...rest } = sourceOf(digits());
    const stored = { ...train.stored, path: `${train.stored.path}.gone` };
    return failing({ ...rest, train: { ...train, stored } }, 'CACHE_GONE');
  });

  it('arrives with a code if it is a bug', () => {
    const { train, ...rest } = sourceOf(digits());
    return failing(
      { ...rest, train: { ...train, stored: { ...train.stored, images: new Uint32Array() } } },
      'INPUT_FAILED',
    );
  });

  it('arrives as damage if the cache file was changed, and opening the dataset again repairs it', async (t) => {
    const folder = temporaryFolder(t);
    const damaged = await openDigits(folder);
    t.after(() => damaged.close());
    const { path, slots, slotBytes, images } = damaged.train.stored;
    const file = openSync(path, 'r+');
    const start = fstatSync(file).size - slots * slotBytes;
    for (const index of images) writeSync(file, new Uint8Array(64).fill(99), 0, 64, start + index * slotBytes);
    closeSync(file);
    await failing(sourceOf(damaged), 'CACHE_DAMAGED');
    const mended = await openDigits(folder);
    t.after(() => mended.close());
    const feed = open(sourceOf(mended));
    assert.deepEqual(await collect(feed.batches(TRAIN)), madeHere(sourceOf(digits()), TRAIN));
    await feed.close();
  });
});

it('a process that does not close its feed ends nevertheless', async (t) => {
  const url = (module: string): string =>
    JSON.stringify(new URL(`../../../../src/trainer/${module}`, import.meta.url).href);
  const program = `
    import { BatchFeed } from ${url('data/input/batch-feed.js')};
    import { readSettings } from ${url('training/classifier-settings.js')};
    const { augmentation } = readSettings({});
    const stored = { path: '/nowhere', identity: '', slots: 1, slotBytes: 3, images: new Uint32Array(1), checksums: new Uint32Array(1) };
    const part = { stored, labels: new Int32Array(1), targets: undefined };
    const source = { batchSize: 1, imageSize: 1, classes: 1, seed: 1, train: part, validation: part, augmentation };
    const feed = new BatchFeed(source, { signal: new AbortController().signal, now: () => 0 });
    await feed.batches({ part: 'validation' }).next().catch((error) => process.stdout.write(error.code));
  `;
  const file = join(temporaryFolder(t), 'forgetful.mjs');
  writeFileSync(file, program);
  const child = spawn(process.execPath, [file]);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number];
  assert.deepEqual([status, text], [0, 'CACHE_GONE']);
});
