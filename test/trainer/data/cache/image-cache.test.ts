import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ImageCache, type ImageCacheOptions } from '../../../../src/trainer/data/cache/image-cache.js';
import { temporaryFolder, writeFiles } from '../files.js';
import { IMAGE_SIZE, pixelsOf, useCache, type UserOptions } from './image-cache-user.js';

const USER = fileURLToPath(new URL('./image-cache-user.js', import.meta.url));
const IMAGE_BYTES = pixelsOf(0).length;

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, index) => index);

const expectedHash = (count: number): string =>
  createHash('sha256')
    .update(Buffer.concat(Array.from(all(count), pixelsOf)))
    .digest('hex');

/** Opens a cache of 20 images, which is closed after the test, and counts the decoded images. */
async function open(
  t: TestContext,
  cacheDir: string,
  options: Partial<ImageCacheOptions> = {},
): Promise<{ readonly cache: ImageCache; readonly decoded: number[] }> {
  const decoded: number[] = [];
  const cache = await ImageCache.open({
    cacheDir,
    fingerprint: 'a'.repeat(64),
    count: 20,
    imageSize: IMAGE_SIZE,
    decode: (index) => {
      decoded.push(index);
      return Promise.resolve({ pixels: pixelsOf(index) });
    },
    isUnchanged: () => Promise.resolve(true),
    ...options,
  });
  t.after(() => {
    cache.close();
  });
  return { cache, decoded };
}

function read(cache: ImageCache, indices: Uint32Array): Uint8Array {
  const out = new Uint8Array(indices.length * IMAGE_BYTES);
  cache.reader(indices)(all(indices.length), out);
  return out;
}

function cacheFileIn(cacheDir: string): string {
  const [name, ...others] = readdirSync(join(cacheDir, 'images'));
  assert.deepEqual(others, [], 'there are other files beside the cache file');
  return join(cacheDir, 'images', name!);
}

/** Overwrites bytes of a file. */
function scribble(path: string, position: number, length = 1): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, Buffer.alloc(length, 0xee), 0, length, position);
  closeSync(fd);
}

const slotAt = (index: number): number => 4096 + 20 * 8 + index * IMAGE_BYTES;

test('threads and processes that share a cache decode every image once and read equal pixels', async (t) => {
  const folder = temporaryFolder(t);
  const options: UserOptions = { cacheDir: folder, log: join(folder, 'log'), count: 400 };
  const processes = [1, 2, 3].map(() => {
    const child = spawn(process.execPath, [USER, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
    return text(child.stdout);
  });
  const threads = [1, 2, 3].map(() => text(new Worker(USER, { workerData: options, stdout: true }).stdout));
  const hashes = (await Promise.all([...processes, ...threads, useCache(options)])).map((hash) => hash.trim());
  assert.deepEqual(
    hashes,
    Array.from(hashes, () => expectedHash(400)),
  );
  const decoded = readFileSync(options.log, 'utf8').trim().split('\n').map(Number);
  assert.deepEqual(
    decoded.sort((a, b) => a - b),
    [...all(400)],
  );
  cacheFileIn(folder);
});

test('the next process decodes the images that a killed process left, without waiting', async (t) => {
  const folder = temporaryFolder(t);
  const options: UserOptions = { cacheDir: folder, log: join(folder, 'log'), count: 50 };
  writeFileSync(options.log, '');
  const child = spawn(process.execPath, [USER, JSON.stringify({ ...options, hangAt: 20 })], { stdio: 'inherit' });
  const deadline = performance.now() + 20_000;
  while (!readFileSync(options.log, 'utf8').includes('19\n')) {
    assert.ok(performance.now() < deadline, 'the process did not start to decode');
    await wait(20);
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.ok(readdirSync(join(folder, 'images')).some((name) => name.endsWith('.claim')));
  const start = performance.now();
  assert.equal(await useCache(options), expectedHash(50));
  assert.ok(performance.now() - start < 5000, 'it waited for a dead process');
  cacheFileIn(folder);
});

test('only missing images are decoded, and any part can be read', async (t) => {
  const cacheDir = temporaryFolder(t);
  const first = await open(t, cacheDir);
  await first.cache.prepare(Uint32Array.of(3, 5, 7), 0);
  const second = await open(t, cacheDir);
  await second.cache.prepare(Uint32Array.of(5, 6, 7, 8), 0);
  assert.deepEqual(
    [first.decoded.sort(), second.decoded.sort()],
    [
      [3, 5, 7],
      [6, 8],
    ],
  );
  assert.deepEqual(read(second.cache, Uint32Array.of(8, 3)), new Uint8Array([...pixelsOf(8), ...pixelsOf(3)]));
  const { blocks, size } = statSync(cacheFileIn(cacheDir));
  assert.equal(size, slotAt(20));
  assert.ok(blocks > 0);
});

test('decoding reports progress, including images of earlier runs; a complete cache reports none', async (t) => {
  const told: string[] = [];
  const onPrepared = (done: number, total: number) => void told.push(`${done}/${total}`);
  const { cache } = await open(t, temporaryFolder(t), { onPrepared });
  await cache.prepare(Uint32Array.of(3, 5), 0);
  await cache.prepare(Uint32Array.of(3, 5, 7, 9), 0);
  await cache.prepare(Uint32Array.of(3, 5, 7, 9), 0);
  assert.deepEqual([...new Set(told)], ['0/2', '1/2', '2/2', '2/4', '3/4', '4/4']);
});

test('each dataset, image size and number of images has its own cache', async (t) => {
  const cacheDir = temporaryFolder(t);
  await (await open(t, cacheDir)).cache.prepare(all(20), 0);
  for (const options of [{ fingerprint: 'b'.repeat(64) }, { imageSize: IMAGE_SIZE + 1 }]) {
    const { cache, decoded } = await open(t, cacheDir, {
      ...options,
      decode: (index) => {
        decoded.push(index);
        return Promise.resolve({ reason: 'not asked' });
      },
    });
    await cache.prepare(Uint32Array.of(1), 5);
    assert.deepEqual(decoded, [1]);
  }
  assert.equal(readdirSync(join(cacheDir, 'images')).length, 3);
});

test('a truncated file, another header or garbage is replaced', async (t) => {
  const cacheDir = temporaryFolder(t);
  await (await open(t, cacheDir)).cache.prepare(all(20), 0);
  const path = cacheFileIn(cacheDir);
  const damages: (() => void)[] = [
    () => {
      truncateSync(path, slotAt(10));
    },
    () => {
      scribble(path, 12);
    },
    () => {
      writeFileSync(path, 'garbage');
    },
    () => {
      truncateSync(path, 0);
    },
  ];
  for (const damage of damages) {
    damage();
    const { cache, decoded } = await open(t, cacheDir);
    await cache.prepare(all(20), 0);
    assert.equal(decoded.length, 20);
    assert.deepEqual(read(cache, Uint32Array.of(19)), pixelsOf(19));
  }
});

test('a damaged image is an error when read, and is decoded again at the next opening', async (t) => {
  const cacheDir = temporaryFolder(t);
  const { cache } = await open(t, cacheDir);
  await cache.prepare(all(20), 0);
  scribble(cacheFileIn(cacheDir), slotAt(7) + 100);
  assert.deepEqual(read(cache, Uint32Array.of(6, 8)), new Uint8Array([...pixelsOf(6), ...pixelsOf(8)]));
  assert.throws(() => read(cache, Uint32Array.of(6, 7)), { code: 'CACHE_DAMAGED', message: /^image 7 in / });
  const next = await open(t, cacheDir);
  await next.cache.prepare(all(20), 0);
  assert.deepEqual(next.decoded, [7]);
  assert.deepEqual(read(next.cache, Uint32Array.of(7)), pixelsOf(7));
});

test('an image that is damaged before the opening is decoded again before any read', async (t) => {
  const cacheDir = temporaryFolder(t);
  await (await open(t, cacheDir)).cache.prepare(all(20), 0);
  scribble(cacheFileIn(cacheDir), slotAt(2), 5 * IMAGE_BYTES);
  const { cache, decoded } = await open(t, cacheDir);
  await cache.prepare(all(20), 0);
  assert.deepEqual(decoded.sort(), [2, 3, 4, 5, 6]);
  assert.deepEqual(read(cache, all(20)), new Uint8Array([...all(20)].flatMap((index) => [...pixelsOf(index)])));
});

test('corrupt images are remembered with the reason; too many end the decoding early', async (t) => {
  const cacheDir = temporaryFolder(t);
  const { cache, decoded } = await open(t, cacheDir, {
    decode: (index) => {
      decoded.push(index);
      return Promise.resolve(
        index % 2 === 0 ? { reason: `no luck with ${index}, naïve` } : { pixels: pixelsOf(index) },
      );
    },
  });
  const expected = new Map([
    [2, 'no luck with 2, naïve'],
    [4, 'no luck with 4, naïve'],
  ]);
  assert.deepEqual(await cache.prepare(Uint32Array.of(1, 2, 3, 4), 2), expected);
  const later = await open(t, cacheDir);
  assert.deepEqual(await later.cache.prepare(Uint32Array.of(1, 2, 3, 4), 2), expected);
  assert.deepEqual(later.decoded, []);
  decoded.length = 0;
  assert.ok((await cache.prepare(all(20), 2)).size > 2);
  assert.ok(decoded.length < 16, 'decoding continued above the limit');
});

test('a dataset that changes while it is decoded leaves no cache behind', async (t) => {
  const cacheDir = temporaryFolder(t);
  const { cache } = await open(t, cacheDir, { isUnchanged: () => Promise.resolve(false) });
  await assert.rejects(cache.prepare(all(20), 0), { code: 'DATASET_CHANGED' });
  assert.deepEqual(readdirSync(join(cacheDir, 'images')), []);
});

test('an aborted decoding keeps the images that are done', async (t) => {
  const cacheDir = temporaryFolder(t);
  const controller = new AbortController();
  const first = await open(t, cacheDir, {
    signal: controller.signal,
    decode: (index) => {
      first.decoded.push(index);
      if (first.decoded.length === 5) controller.abort();
      return Promise.resolve({ pixels: pixelsOf(index) });
    },
  });
  await assert.rejects(first.cache.prepare(all(20), 0), { name: 'AbortError' });
  const second = await open(t, cacheDir);
  await second.cache.prepare(all(20), 0);
  assert.equal(first.decoded.length + second.decoded.length, 20);
  assert.ok(first.decoded.length >= 5 && first.decoded.length < 20);
});

test('an unwritable cache and a full disk are errors that name the cause', async (t) => {
  const folder = writeFiles(temporaryFolder(t), { file: 'x' });
  await assert.rejects(open(t, join(folder, 'file')), { code: 'CACHE_UNWRITABLE' });
  // A limit on the size of files stands for a full disk.
  const options: UserOptions = { cacheDir: folder, log: join(folder, 'log'), count: 5000 };
  const script = `
    import(${JSON.stringify(USER)})
      .then(({ useCache }) => useCache(${JSON.stringify(options)}))
      .catch(({ code }) => console.log(code));`;
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 100; exec "$0" -e "$1"', process.execPath, script]);
  assert.equal(stdout.toString().trim(), 'DISK_FULL');
  assert.deepEqual(readdirSync(join(folder, 'images')), []);
});
