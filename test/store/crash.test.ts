import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../../src/store/reading/connect.js';
import { runningTrials, sweepStatus } from '../../src/store/reading/queries/sweep-status.js';
import { topTrials } from '../../src/store/reading/queries/top-trials.js';
import { trialDetails } from '../../src/store/reading/queries/trial-details.js';
import { openStore } from '../../src/store/store.js';
import { ask, declare, keyOf, NEW_YEAR, temporaryFolder } from './helpers.js';
import { Program } from './program.js';

const now = (): number => NEW_YEAR;

test('a recording process that is killed several times loses no acknowledged epoch', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const acknowledged = new Set<string>();
  for (let round = 1; round <= 4; round++) {
    const program = new Program(t, 'record', [path]);
    await program.until(new RegExp(`^(?:.*\\n){${15 + 7 * round}}`));
    await program.kill();
    for (const [, trial, epoch] of program.stdout.matchAll(/^epoch (\d+) (\d+)$/gm))
      acknowledged.add(`${trial} ${epoch}`);
  }
  const store = await openStore(path, { now });
  t.after(() => store.close());
  const rows = await ask(
    store.reader,
    "select trial || ' ' || epoch as epoch from curves where metric = 'val_accuracy'",
  );
  const recorded = new Set(rows.map(({ epoch }) => epoch));
  assert.ok(acknowledged.size >= 40);
  assert.deepEqual(
    [...acknowledged].filter((epoch) => !recorded.has(epoch)),
    [],
  );
  assert.deepEqual(await ask(store.reader, "from trials where state = 'running'"), []);
});

test('a running trial shows as interrupted once its process has died', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [path, 'halfway']);
  await program.until(/halfway\n/);
  const shown = async (): Promise<unknown> => {
    const reader = await connect(path);
    try {
      const { counts } = await sweepStatus(reader, 'flowers');
      return {
        views: await ask(
          reader,
          'select distinct t.state, l.state as ranked from trials t join leaderboard l using (trial)',
        ),
        sweeps: await ask(reader, 'select running, interrupted from sweeps'),
        counts: [counts.running, counts.interrupted],
        underWay: (await runningTrials(reader)).length,
        top: (await topTrials(reader, 'flowers', 9)).trials.map(({ state }) => state),
        details: (await trialDetails(reader, 1)).state,
      };
    } finally {
      await reader.close();
    }
  };
  const expected = (state: string, running: number, interrupted: number): unknown => ({
    views: [{ state, ranked: state }],
    sweeps: [{ running, interrupted }],
    counts: [running, interrupted],
    underWay: running,
    top: [state, state],
    details: state,
  });
  assert.deepEqual(await shown(), expected('running', 2, 0));
  await program.kill();
  assert.deepEqual(await shown(), expected('interrupted', 0, 2));
});

test('trials of a dead process are queued again; their attempts are lost, not failed', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  const program = new Program(t, 'record', [path, 'halfway']);
  await program.until(/halfway\n/);
  await program.kill();
  const store = await openStore(path, { now });
  t.after(() => store.close());
  assert.deepEqual(
    await ask(store.reader, 'select trial, state, attempt, failures, seconds, objective from trials order by trial'),
    [
      { trial: 1, state: 'queued', attempt: 1, failures: 0, seconds: 1, objective: 0.5 },
      { trial: 2, state: 'queued', attempt: 1, failures: 0, seconds: 1, objective: 0.5 },
    ],
  );
  assert.deepEqual(
    await ask(store.reader, 'select trial, attempt, outcome, final, device from data.attempts order by trial'),
    [
      { trial: 1, attempt: 1, outcome: 'lost', final: false, device: 'cpu:0' },
      { trial: 2, attempt: 1, outcome: 'lost', final: false, device: 'cpu:0' },
    ],
  );
  const handle = await store.openSweep(declare());
  assert.deepEqual((await handle.known()).get(keyOf(1)), {
    id: 1,
    status: 'queued',
    attempt: 1,
    failures: 0,
    recordedEpochs: 1,
    member: true,
  });
  assert.equal(handle.nextTrialId(), 3, 'numbers are not used again');
});
