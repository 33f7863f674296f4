import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { shareThreadLock } from '../../../../src/platform/thread-lock.js';
import { ATTRIBUTE_NAMES } from '../../../../src/trainer/graph/native/attribute-names.js';
import type { AttributeTask } from './attribute-thread.js';

const PACKAGE = path.dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu'));
const OPS = new URL('../../../../src/trainer/networks/ops', import.meta.url).pathname;

function textsIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && !file.includes('_test'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
}

function namesIn(texts: readonly string[], pattern: RegExp): string[] {
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!));
}

test('every attribute that a kernel sets is registered with the addon', () => {
  const kernels = textsIn(PACKAGE, '.js');
  const set = [
    ...namesIn(kernels, /\{\s*name: '(\w+)',\s*type:/g),
    ...namesIn(kernels, /create(?:Tensors)?(?:Type)?OpAttr\)?\('(\w+)'/g),
    ...namesIn(textsIn(OPS, '.ts'), /\b(\w+): \{ (?:type|float|bool|string):/g),
  ];
  assert.ok(set.length > 300, `${set.length} attributes found`);
  assert.deepEqual(
    [...new Set(set)].filter((name) => !ATTRIBUTE_NAMES.includes(name)),
    [],
  );
});

test('threads that start together register one after the other', async () => {
  shareThreadLock();
  const task: AttributeTask = { counts: new Int32Array(new SharedArrayBuffer(16)), threads: 3 };
  const threads = Array.from({ length: task.threads }, () => {
    return new Worker(new URL('./attribute-thread.js', import.meta.url), { workerData: task });
  });
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
  assert.deepEqual([...task.counts], [3, 0, 0, 600]);
});
