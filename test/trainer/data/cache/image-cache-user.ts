/**
 * Run by several threads and processes against one image cache: decodes the missing images, writes each one's name to a
 * log, then answers with a hash of all pixels it reads. Options come as JSON: as the thread's data, or as the first argument.
 */
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { ImageCache } from '../../../../src/trainer/data/cache/image-cache.js';

export interface UserOptions {
  readonly cacheDir: string;
  readonly log: string;
  readonly count: number;
  /** Hang at this image: the process lives but never decodes it. */
  readonly hangAt?: number;
}

export const IMAGE_SIZE = 16;

/** Pixels that identify an image. */
export const pixelsOf = (index: number): Uint8Array => new Uint8Array(IMAGE_SIZE * IMAGE_SIZE * 3).fill(index % 251);

export async function useCache({ cacheDir, log, count, hangAt }: UserOptions): Promise<string> {
  const cache = await ImageCache.open({
    cacheDir,
    fingerprint: 'f'.repeat(64),
    count,
    imageSize: IMAGE_SIZE,
    decode: async (index) => {
      if (index === hangAt) await new Promise(() => undefined);
      await setImmediate();
      appendFileSync(log, `${index}\n`);
      return { pixels: pixelsOf(index) };
    },
    isUnchanged: () => Promise.resolve(true),
  });
  const all = Uint32Array.from({ length: count }, (_, index) => index);
  await cache.prepare(all, 0);
  const out = new Uint8Array(count * pixelsOf(0).length);
  cache.reader(all)(all, out);
  cache.close();
  return createHash('sha256').update(out).digest('hex');
}

const options = (workerData ?? (process.argv[2] && JSON.parse(process.argv[2]))) as UserOptions | undefined;
if (options?.cacheDir) {
  // A pending promise alone does not keep a process alive.
  const busy = setInterval(() => undefined, 1000);
  process.stdout.write(`${await useCache(options)}\n`);
  clearInterval(busy);
}
