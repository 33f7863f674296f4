import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { shareThreadLock } from '../../../src/platform/thread-lock.js';
import { assertEqualStates } from './step-suite.js';
import type { ThreadResult, ThreadTask } from './train-in-thread.js';

shareThreadLock();

async function trainTogether(cacheDir: string, seeds: readonly number[]): Promise<ThreadResult[]> {
  const ready = new Int32Array(new SharedArrayBuffer(4));
  const results = seeds.map(async (seed) => {
    const task: ThreadTask = { cacheDir, seed, ready, threads: seeds.length };
    const worker = new Worker(new URL('./train-in-thread.js', import.meta.url), { workerData: task });
    const exited = once(worker, 'exit');
    const [result] = (await once(worker, 'message')) as [ThreadResult];
    assert.deepEqual(await exited, [0]);
    return result;
  });
  return Promise.all(results);
}

test('compiled steps in two concurrent threads give the same bits, traced or from the cache', async () => {
  const cacheDir = mkdtempSync(path.join(tmpdir(), 'sweepwright-step-'));
  try {
    const traced = await trainTogether(cacheDir, [1, 1]);
    assert.equal(readdirSync(path.join(cacheDir, 'graphs')).length, 1);
    const cached = await trainTogether(cacheDir, [1, 2]);
    for (const { kind, warnings } of [...traced, ...cached])
      assert.deepEqual({ kind, warnings }, { kind: 'compiled', warnings: [] });
    assertEqualStates(traced[1]!.state, traced[0]!.state);
    assertEqualStates(cached[0]!.state, traced[0]!.state);
    assert.notDeepEqual(cached[1]!.state.get('dense/kernel'), traced[0]!.state.get('dense/kernel'));
  } finally {
    rmSync(cacheDir, { recursive: true, force: true });
  }
});
