import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { openResults, runSweep, type SweepOutcome } from '../../../src/index.js';
import { Rig } from '../../rig.js';

// Chance decides half of the score, so that the best trial and the best setting differ.
const TRAINER = `
const luck = [0.5, 0.1, 0.2, 0.15, 0.3];
export async function train({ params, seed, report }) {
  const score = params.x / 10 + (seed === 0 && params.x === 1 ? 0.9 : luck[seed]);
  if (params.x === 3 && params.broken) throw new Error('broken');
  await report({ epoch: 1, metrics: { score } });
}`;

const file = (more: string): string => `
name: luck
method: grid
trainer: ./trainer.mjs
metric: { name: score, goal: maximize }
parameters:
  x: { values: [1, 2, 3, 4] }
${more}
`;

let rig: Rig;
before(() => {
  rig = new Rig();
  rig.write('trainer.mjs', TRAINER);
});
after(() => rig.close());

async function run(
  more: string,
  options: { readonly fresh?: boolean; readonly maxTrials?: number } = {},
): Promise<SweepOutcome> {
  rig.write('luck.yaml', file(more));
  const outcome: SweepOutcome | undefined = await runSweep({
    file: join(rig.folder, 'luck.yaml'),
    db: join(rig.folder, 'a.duckdb'),
    slots: 2,
    ...options,
  });
  return outcome!;
}

async function rows(sql: string): Promise<readonly unknown[]> {
  const results = await openResults(join(rig.folder, 'a.duckdb'));
  try {
    return await results.query(sql);
  } finally {
    await results.close();
  }
}

test('the best points run again with new seeds once the search has ended, and decide who wins', async () => {
  const confirm = 'confirm: { top: 2, seeds: 2 }';
  assert.equal((await run(confirm, { maxTrials: 3 })).summary.completed, 3, 'a limited run confirms nothing');
  const first = await run(confirm);
  assert.equal(first.summary.completed, 1 + 4);
  assert.equal(first.outline.total, 8);
  const seeds = 'select x, seed from trials where current order by x, seed';
  const searched = [1, 2, 3, 4].map((x) => [x, 0]);
  const confirmed = (...new_: readonly number[]): number[][] => [1, 4].flatMap((x) => new_.map((seed) => [x, seed]));
  assert.deepEqual(await pairs(seeds), sorted([...searched, ...confirmed(1, 2)]));
  const [winner] = first.leaderboard.points ?? [];
  assert.equal(winner?.params['x'], 4, 'the lucky trial of x = 1 does not win');

  assert.equal((await run(confirm)).summary.completed, 0, 'confirmed once');
  assert.equal((await run('confirm: { top: 2, seeds: 3 }')).summary.completed, 2, 'one seed more');
  assert.deepEqual(await pairs(seeds), sorted([...searched, ...confirmed(1, 2, 3)]));
  assert.equal((await run('')).summary.completed, 0);
  assert.deepEqual(await pairs(seeds), searched, 'without confirm its trials are no longer declared');
  assert.equal((await run(confirm)).summary.completed, 0, 'and come back with it');
  assert.deepEqual(await pairs(seeds), sorted([...searched, ...confirmed(1, 2)]));
  assert.equal((await run(confirm, { fresh: true })).summary.completed, 8);
});

async function pairs(sql: string): Promise<number[][]> {
  return ((await rows(sql)) as { x: number; seed: number }[]).map(({ x, seed }) => [x, seed]);
}

const sorted = (list: readonly number[][]): number[][] =>
  list.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
