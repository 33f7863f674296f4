import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import type { SweepStatus } from '../../../../src/core/results/sweep-status.js';
import { statusText } from '../../../../src/reporting/terminal/text/status-text.js';

const counts = { queued: 1, running: 1, interrupted: 0, paused: 0, completed: 2, stopped: 0, failed: 0 };

const sweep = (name: string, lastRunAt: number): SweepStatus => ({
  ...{ name, metric: 'score', goal: 'maximize', target: undefined, declared: 4, counts, best: undefined, lastRunAt },
});

test('the status of a running sweep says that it is running, that of any other when it ran', () => {
  const text = statusText(
    {
      sweeps: [sweep('birds', 59_000), sweep('flowers', 0)],
      running: [],
      checkpoints: new Map([['flowers', { files: 1, bytes: 2e6 }]]),
      holder: { pid: 4242, sweep: 'birds', startedAt: 60_000 },
    },
    { db: 'sweeps.duckdb', now: 100_000, style: new Chalk({ level: 0 }) },
  );
  const [birds, flowers] = text.split('\n');
  assert.match(birds!, /^birds {2}.* running for 41s$/);
  assert.match(flowers!, /^flowers {2}.* 1 checkpoint of 2 MB, ran 1m 40s ago$/);
});
