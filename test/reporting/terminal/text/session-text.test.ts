import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import type { SweepBeginning } from '../../../../src/core/trial/sweep-session.js';
import { announce } from '../../../../src/reporting/terminal/text/session-text.js';

const beginning = (declared: number, finished: number): SweepBeginning => ({
  outline: {
    ...{ name: 'birds', objective: { metric: 'score', goal: 'maximize' }, varying: [], startedAt: 0 },
    ...{ total: declared, done: finished, failed: 0, slots: 1 },
  },
  ...{ declared, isNew: false, changes: [], notes: { files: [], conditions: [] }, warnings: [] },
  ...{ finished, failed: 0, dropped: 0, shared: 0, continued: 0, retryFailed: false, fresh: false },
});

test('a sweep of one trial is announced in the singular', () => {
  const first = (of: SweepBeginning): string | undefined => announce(of, new Chalk({ level: 0 }))[0];
  assert.equal(first(beginning(1, 0)), 'birds goes on: 0 of 1 trial is done');
  assert.equal(first(beginning(2, 1)), 'birds goes on: 1 of 2 trials are done');
  assert.equal(first({ ...beginning(1, 0), isNew: true }), 'birds: 1 trial, 1 at a time');
});
