import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import {
  InputError,
  openResults,
  planSweep,
  runSweep,
  type RunSweepRequest,
  type SweepEvent,
  type SweepOutcome,
} from '../src/index.js';
import { Rig } from './rig.js';

const TRAINER = `
export async function train({ params, report }) {
  for (let epoch = 1; epoch <= 3; epoch++) {
    const metrics = { score: params.x * epoch };
    if ((await report({ epoch, metrics })) === 'stop') return;
  }
}`;

const FILE = `
name: climb
method: grid
trainer: ./trainer.mjs
metric: { name: score, goal: maximize }
parameters:
  x: { values: [1, 2, 3] }
`;

const LIMIT = { timeout: 60_000 };

let rig: Rig;
before(() => {
  rig = new Rig();
  rig.write('trainer.mjs', TRAINER);
  rig.write('climb.yaml', FILE);
});
after(() => rig.close());

const inFolder = (db: string, more: Partial<RunSweepRequest> = {}): RunSweepRequest => ({
  file: join(rig.folder, 'climb.yaml'),
  db: join(rig.folder, db),
  ...more,
});

test('a program plans a sweep, runs it, listens to its events and queries its results', LIMIT, async () => {
  const request = inFolder('a.duckdb');
  const plan = await planSweep(request);
  assert.deepEqual([plan.name, plan.trials, plan.standing.done, plan.varying], ['climb', 3, 0, ['x']]);

  const events: SweepEvent[] = [];
  const outcome = await runSweep({ ...request, onEvent: (event) => void events.push(event) });
  assert.deepEqual([outcome?.summary.completed, outcome?.summary.interrupted], [3, false]);
  assert.equal(events.filter(({ type }) => type === 'trial-epoch').length, 9);
  assert.equal(events.filter(({ type }) => type === 'trial-completed').length, 3);
  assert.equal((await planSweep(request)).standing.done, 3);

  const results = await openResults(request.db);
  try {
    const best = await results.query('SELECT x, objective FROM leaderboard WHERE rank <= $1 ORDER BY rank', [2]);
    assert.deepEqual(best, [
      { x: 3, objective: 9 },
      { x: 2, objective: 6 },
    ]);
    const { trials } = await results.leaderboard('climb', 1);
    assert.deepEqual(
      trials.map(({ rank, objective, params }) => [rank, objective, params['x']]),
      [[1, 9, 3]],
    );
    await assert.rejects(results.query('DROP TABLE x'), { code: 'QUERY_NOT_READ_ONLY' });
  } finally {
    await results.close();
  }
});

test('an AbortSignal stops a sweep after the epoch, and a second run finishes it', LIMIT, async () => {
  const request = inFolder('b.duckdb');
  const stop = new AbortController();
  const stopped = await runSweep({
    ...request,
    signal: stop.signal,
    onEvent: ({ type }) => {
      if (type === 'trial-epoch') stop.abort();
    },
  });
  assert.deepEqual([stopped?.summary.interrupted, stopped?.summary.completed], [true, 0]);
  const finished: SweepOutcome | undefined = await runSweep({ ...request, set: ['name=climb'] });
  assert.deepEqual([finished?.summary.interrupted, finished?.summary.completed], [false, 3]);
});

test('errors have a code and a hint', LIMIT, async () => {
  const isInput = (code: string) => (error: unknown) => error instanceof InputError && error.code === code;
  await assert.rejects(openResults(join(rig.folder, 'none.duckdb')), isInput('NO_DATABASE'));
  await assert.rejects(planSweep({ file: join(rig.folder, 'none.yaml') }), InputError);
  await assert.rejects(runSweep(inFolder('c.duckdb', { devices: ['tpu:0'] })), InputError);
});
