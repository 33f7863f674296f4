import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IllegalTransitionError, InputError, serializeError } from '../../src/core/errors.js';
import { fanOut, type SweepEvent } from '../../src/core/trial/events.js';
import { isBetter } from '../../src/core/objective.js';
import { canonicalJson } from '../../src/core/parameters.js';
import { seededRandom, shuffledIndices } from '../../src/core/random.js';
import { transition, TRIAL_MOVES, type TrialMove } from '../../src/core/trial/trial.js';

test('a trial goes from new through running to each of its ends', () => {
  assert.equal(transition('new', 'start'), 'running');
  assert.equal(transition('running', 'complete'), 'completed');
  assert.equal(transition('running', 'stop'), 'stopped');
  assert.equal(transition('running', 'pause'), 'paused');
  assert.equal(transition('running', 'fail'), 'failed');
});

test('a failed, paused or queued trial can start again', () => {
  for (const status of ['failed', 'paused', 'queued'] as const) assert.equal(transition(status, 'start'), 'running');
});

test('a completed or stopped trial accepts no move but a renewal', () => {
  for (const status of ['completed', 'stopped'] as const) {
    for (const move of Object.keys(TRIAL_MOVES) as TrialMove[]) {
      if (move === 'renew') assert.equal(transition(status, move), 'queued');
      else assert.throws(() => transition(status, move), IllegalTransitionError);
    }
  }
});

test('any thrown value crosses a process as a code, a message and a stack', () => {
  const withCode = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
  assert.deepEqual(
    { ...serializeError(withCode, 'TRAINER_THREW'), stack: '' },
    { code: 'ENOSPC', message: 'disk full', stack: '' },
  );
  const advised = new InputError('TOO_LARGE', 'too large', { hint: 'Take less.' });
  assert.equal(serializeError(advised, 'TRAINER_THREW').hint, 'Take less.');
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  for (const [thrown, message] of [
    ['just text', 'threw just text'],
    [null, 'threw null'],
    [undefined, 'threw undefined'],
    [{ reason: 7 }, 'threw {"reason":7}'],
    [cyclic, 'threw [object Object]'],
    [10n, 'threw 10'],
  ] as const) {
    assert.deepEqual(serializeError(thrown, 'TRAINER_THREW'), { code: 'TRAINER_THREW', message, stack: '' });
  }
});

test('equal numbers have one notation, and the order of keys does not matter', () => {
  assert.equal(canonicalJson(3e-5), canonicalJson(0.00003));
  assert.equal(canonicalJson(-0), canonicalJson(0));
  assert.equal(canonicalJson({ a: 1, b: [2, { d: 3, c: 4 }] }), canonicalJson({ b: [2, { c: 4, d: 3 }], a: 1 }));
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
  assert.notEqual(canonicalJson('1'), canonicalJson(1));
});

test('the better of two values follows the goal, and what is not finite never wins', () => {
  const up = { metric: 'val_accuracy', goal: 'maximize' } as const;
  const down = { metric: 'val_loss', goal: 'minimize' } as const;
  assert.equal(isBetter(up, 0.9, 0.8), true);
  assert.equal(isBetter(down, 0.9, 0.8), false);
  assert.equal(isBetter(down, 0.1, undefined), true);
  for (const value of [NaN, Infinity, -Infinity]) assert.equal(isBetter(up, value, undefined), false);
  assert.equal(isBetter(up, 0.5, 0.5), false);
});

test('a seeded source repeats itself, and other labels give other numbers', () => {
  const take = (random: () => number): number[] => Array.from({ length: 5 }, random);
  assert.deepEqual(take(seededRandom(7, 'split')), take(seededRandom(7, 'split')));
  assert.notDeepEqual(take(seededRandom(7, 'split')), take(seededRandom(8, 'split')));
  assert.notDeepEqual(take(seededRandom(7, 'split', 1)), take(seededRandom(7, 'split', 2)));
  assert.notDeepEqual(take(seededRandom(1, '23')), take(seededRandom(12, '3')));
});

test('a seeded source is uniform: mean, variance and neighbours', () => {
  const random = seededRandom(1, 'uniform');
  const values = Array.from({ length: 200_000 }, random);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const covariance =
    values.slice(1).reduce((sum, value, i) => sum + (value - mean) * (values[i]! - mean), 0) / values.length;
  assert.ok(Math.abs(mean - 0.5) < 0.003, `mean ${mean}`);
  assert.ok(Math.abs(variance - 1 / 12) < 0.001, `variance ${variance}`);
  assert.ok(Math.abs(covariance) < 0.001, `covariance ${covariance}`);
  assert.ok(values.every((value) => value >= 0 && value < 1));
});

test('shuffling gives every index once and every order a fair chance', () => {
  assert.deepEqual(
    [...shuffledIndices(100, seededRandom(3))].sort((a, b) => a - b),
    Array.from({ length: 100 }, (_, i) => i),
  );
  const orders = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = shuffledIndices(3, seededRandom(seed)).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  assert.equal(orders.size, 6);
  for (const [order, count] of orders) assert.ok(Math.abs(count - 1000) < 150, `${order}: ${count}`);
});

test('sinks get an event one after the other, so that a recorder comes before a view', async () => {
  const seen: string[] = [];
  const event: SweepEvent = { type: 'trial-completed', at: 1, trialId: 1, attempt: 1 };
  const slow = {
    emit: async () => {
      await new Promise(setImmediate);
      seen.push('recorder');
    },
    close: () => Promise.resolve(),
  };
  const quick = {
    emit: () => {
      seen.push('terminal');
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  await fanOut(slow, quick).emit(event);
  assert.deepEqual(seen, ['recorder', 'terminal']);
});
