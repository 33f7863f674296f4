import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseThreads } from '../../../src/session/running/sweep-threads.js';

test('a new sweep shares the cores out, or takes what was asked for', () => {
  assert.deepEqual(chooseThreads(undefined, undefined, 4), { threads: 4, notes: [] });
  assert.deepEqual(chooseThreads(3, undefined, 4), { threads: 3, notes: [] });
});

test('a sweep keeps the threads that it began with, and says so where it would have others', () => {
  assert.deepEqual(chooseThreads(undefined, 2, 2), { threads: 2, notes: [] });
  const { threads, notes } = chooseThreads(undefined, 2, 8);
  assert.equal(threads, 2);
  assert.match(notes.join('\n'), /2 threads .* as it began.*--threads 8/);
  assert.deepEqual(chooseThreads(2, 2, 8), { threads: 2, notes: [] });
});

test('who changes the threads on purpose is told what follows', () => {
  const { threads, notes } = chooseThreads(8, 1, 4);
  assert.equal(threads, 8);
  assert.match(notes.join('\n'), /1 before, 8 now.*other last bits/);
});
