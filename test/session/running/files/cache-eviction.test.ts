import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CacheEviction } from '../../../../src/session/running/files/cache-eviction.js';
import { cacheLimit } from '../../../../src/session/running/preparing/cache-limit.js';
import { checkTrialCache } from '../../../../src/session/checking/check-trial-cache.js';

test('the cache limit is a size with a unit, or none; the default is 20 GB', () => {
  const limits = [undefined, '', '800MB', ' 1.5 tb ', '50 GB', 'none'].map((text) =>
    cacheLimit({ SWEEPWRIGHT_CACHE_LIMIT: text }),
  );
  assert.deepEqual(limits, [20e9, 20e9, 800e6, 1.5e12, 50e9, Infinity]);
  for (const text of ['20', 'lots', '-1GB', '1,5GB', '5 GiB']) {
    assert.throws(() => cacheLimit({ SWEEPWRIGHT_CACHE_LIMIT: text }), { code: 'CACHE_LIMIT_INVALID' });
  }
});

test('a sweep evicts cached files at its start and after trials, once a minute at most, and reports it', async (t) => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'cache-eviction-'));
  t.after(() => rmSync(cacheDir, { recursive: true }));
  mkdirSync(join(cacheDir, 'features'));
  const add = (name: string): void => writeFileSync(join(cacheDir, 'features', name), new Uint8Array(1_500_000));
  const said: string[] = [];
  // An hour from now, what is written now has not been used for an hour.
  let now = Date.now() + 3_600_000;
  const eviction = new CacheEviction({ cacheDir, limitBytes: 1e6, now: () => now, say: (line) => said.push(line) });
  const ended = () => eviction.emit({ type: 'trial-completed', at: now, trialId: 1, attempt: 1 });

  add('a');
  await eviction.evict();
  assert.match(said[0]!, /limit of 1 MB \(SWEEPWRIGHT_CACHE_LIMIT\): removed 1 file \(2 MB\)/);
  add('b');
  await ended();
  assert.equal(said.length, 1);
  now += 60_000;
  await eviction.emit({ type: 'trial-warning', at: now, trialId: 1, attempt: 1, message: 'x' });
  assert.equal(said.length, 1);
  await ended();
  assert.equal(said.length, 2);
  await eviction.close();
});

test('the doctor reports the size of each kind of cached file', async (t) => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'trial-cache-'));
  t.after(() => rmSync(cacheDir, { recursive: true }));
  const detail = async (limit: number) => (await checkTrialCache(cacheDir, limit))[0]!.detail;
  assert.equal(await detail(20e9), `0 kB of at most 20.0 GB in ${cacheDir}`);
  for (const [kind, bytes] of Object.entries({ images: 3e6, features: 2e6 })) {
    mkdirSync(join(cacheDir, kind));
    writeFileSync(join(cacheDir, kind, 'x'), new Uint8Array(bytes));
  }
  assert.equal(await detail(Infinity), `5 MB without a limit in ${cacheDir} (images 3 MB, features 2 MB)`);
});
