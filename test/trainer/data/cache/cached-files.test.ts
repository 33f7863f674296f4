import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CacheFile } from '../../../../src/trainer/data/cache/cache-file.js';
import { listCachedFiles, trimCache } from '../../../../src/trainer/data/cache/cached-files.js';

const HOUR_MS = 3_600_000;
const NOW = Date.now();

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'cached-files-'));
});
afterEach(() => rmSync(cacheDir, { recursive: true }));

/** Writes a file of 100 kB that was last used `hoursAgo` hours ago. */
function cached(kind: string, name: string, hoursAgo: number): string {
  mkdirSync(join(cacheDir, kind), { recursive: true });
  const path = join(cacheDir, kind, name);
  writeFileSync(path, new Uint8Array(100_000));
  age(path, hoursAgo);
  return path;
}

const age = (path: string, hours: number): void =>
  utimesSync(path, (NOW - hours * HOUR_MS) / 1000, (NOW - hours * HOUR_MS) / 1000);

/** Names of the files that are removed to stay within `kilobytes`. */
async function trimmed(kilobytes: number): Promise<string[]> {
  return (await trimCache(cacheDir, { limitBytes: kilobytes * 1000, now: NOW })).map(({ path }) => basename(path));
}

describe('a cache above its limit', () => {
  it('loses the least recently used files of all kinds, and no more than necessary', async () => {
    const files = [
      cached('images', 'i', 4),
      cached('features', 'f', 9),
      cached('graphs', 'g', 7),
      cached('images', 'j', 2),
    ];
    assert.deepEqual(await trimmed(420), []);
    assert.deepEqual(await trimmed(290), ['f', 'g']);
    assert.deepEqual(files.map(existsSync), [true, false, false, true]);
  });

  it('keeps files that were used in the last 15 minutes, even above the limit', async () => {
    cached('images', 'recent', 0.2);
    cached('images', 'old', 0.3);
    assert.deepEqual(await trimmed(0), ['old']);
  });

  it('keeps a file that another process is about to fill', async () => {
    cached('features', 'wanted', 5);
    cached('features', 'wanted.claim', 0);
    cached('features', 'other', 1);
    assert.deepEqual(await trimmed(50), ['other']);
  });

  it('ignores other files, and a folder that does not exist', async () => {
    assert.deepEqual(await trimmed(0), []);
    cached('calibration', 'x', 9);
    writeFileSync(join(cacheDir, 'memory.json'), '{}');
    assert.deepEqual(await trimmed(0), []);
  });
});

describe('a cache file', () => {
  const open = (path: string) => CacheFile.open(path, 'same', 1000, 1000);

  it('counts with its blocks on disk, not with its length', async () => {
    mkdirSync(join(cacheDir, 'images'));
    CacheFile.create(join(cacheDir, 'images', 'sparse'), 'same', 1000, 1000).close();
    const [{ bytes } = { bytes: NaN }] = await listCachedFiles(cacheDir);
    assert.ok(bytes < 100_000, `${bytes} bytes`);
  });

  it('counts as used when it is opened, even if nothing is written', async () => {
    mkdirSync(join(cacheDir, 'images'));
    const path = join(cacheDir, 'images', 'opened');
    CacheFile.create(path, 'same', 1000, 1000).close();
    age(path, 5);
    const file = open(path)!;
    assert.ok(statSync(path).mtimeMs > NOW - HOUR_MS);
    assert.deepEqual(await trimmed(0), []);
    file.close();
    open(path)!.close();
  });

  it('can be read to its end by a process that opened it before it was removed', async () => {
    mkdirSync(join(cacheDir, 'images'));
    const path = join(cacheDir, 'images', 'removed');
    const file = CacheFile.create(path, 'same', 1000, 1000);
    const record = file.write(7, 'pixels', new Uint8Array(1000).fill(9));
    await file.commit([record]);
    age(path, 5);
    assert.deepEqual(await trimmed(0), ['removed']);
    const out = new Uint8Array(1000);
    assert.ok(file.read(7, record.checksum, out) && out[999] === 9);
    file.close();
    assert.equal(open(path), undefined);
  });
});
