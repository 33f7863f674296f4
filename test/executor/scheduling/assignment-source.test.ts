import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssignmentSource, type Assignment } from '../../../src/executor/scheduling/assignment-source.js';
import { assignments } from '../rig.js';

const fail = (error: unknown): never => {
  throw error;
};

test('a slow iterator is asked for one assignment at a time, and waiting slots are served in order', async () => {
  let asked = 0;
  const answer: ((assignment: Assignment) => void)[] = [];
  const source = new AssignmentSource(
    {
      next: () =>
        new Promise((resolve) => {
          asked++;
          answer.push((value) => resolve({ done: false, value }));
        }),
    },
    fail,
  );
  const [first, second] = assignments({}, {});
  const waiting = [source.next(), source.next(), source.next()];
  assert.equal(asked, 1);
  answer[0]!(first!);
  assert.equal(await waiting[0], first);
  assert.equal(asked, 2);
  answer[1]!(second!);
  assert.equal(await waiting[1], second);
  source.close();
  assert.equal(await waiting[2], undefined);
  assert.equal(await source.next(), undefined);
});

test('closing lets a generator clean up, once', async () => {
  const log: string[] = [];
  function* plan(): Generator<Assignment> {
    try {
      yield* assignments({}, {});
    } finally {
      log.push('cleaned up');
    }
  }
  const source = new AssignmentSource(plan(), fail);
  assert.equal((await source.next())?.trial.id, 1);
  source.close();
  source.close();
  assert.deepEqual(log, ['cleaned up']);
});

test('an iterator that throws ends the source', async () => {
  const errors: unknown[] = [];
  const broken = { next: () => fail(new Error('broken')) };
  const source = new AssignmentSource(broken, (error) => errors.push(error));
  assert.deepEqual(await Promise.all([source.next(), source.next()]), [undefined, undefined]);
  assert.deepEqual(errors.map(String), ['Error: broken']);
});
