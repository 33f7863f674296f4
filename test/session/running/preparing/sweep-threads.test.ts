import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseThreads } from '../../../../src/session/running/preparing/sweep-threads.js';

test('a new sweep divides the cores among its slots, or takes --threads', () => {
  assert.deepEqual(chooseThreads(undefined, undefined, 4), { threads: 4, notes: [] });
  assert.deepEqual(chooseThreads(3, undefined, 4), { threads: 3, notes: [] });
});

test('a sweep keeps its number of threads, and names the flag that changes it', () => {
  assert.deepEqual(chooseThreads(undefined, 2, 2), { threads: 2, notes: [] });
  const { threads, notes } = chooseThreads(undefined, 2, 8);
  assert.equal(threads, 2);
  assert.match(notes.join('\n'), /2 TensorFlow threads per slot, as in earlier sessions; --threads 8/);
  assert.deepEqual(chooseThreads(2, 2, 8), { threads: 2, notes: [] });
});

test('a changed number of threads gives a notice', () => {
  const { threads, notes } = chooseThreads(8, 1, 4);
  assert.equal(threads, 8);
  assert.match(notes.join('\n'), /1 before, 8 now.*in the last bits/);
});
