import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Rig } from '../rig.js';

const rig = new Rig();
after(() => rig.close());

const TRAINER = `
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
export async function train({ params, report, checkpointDir }) {
  const content = Buffer.alloc(100_000, params.x);
  writeFileSync(join(checkpointDir, 'weights.bin'), content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  await report({ epoch: 1, metrics: { score: params.x }, checkpoint: { file: 'weights.bin', bytes: content.length, sha256 } });
}`;

const sweep = (values: readonly number[]): string =>
  `{method: grid, trainer: ./trainer.mjs, metric: {name: score, goal: maximize}, parameters: {x: {values: [${values.join()}]}}}`;

const keys = (): string[] => readdirSync(join(rig.folder, 'results/checkpoints/sweeps.duckdb')).sort();

/** Trials 1 to 3 are of birds; flowers shares trial 3 and adds trial 4. */
before(async () => {
  rig.write('trainer.mjs', TRAINER);
  rig.write('birds.yaml', sweep([1, 2, 3]));
  rig.write('flowers.yaml', sweep([3, 4]));
  for (const file of ['birds.yaml', 'flowers.yaml']) {
    const { code, stderr } = await rig.run('run', file, '-q', '--devices', 'cpu:0');
    assert.equal(code, 0, stderr);
  }
});

test('best names the best trial of the last sweep, or of a named one', async () => {
  assert.match((await rig.run('show', 'best')).stdout, /^trial 4 {2}/);
  assert.match((await rig.run('show', 'birds:best')).stdout, /^trial 3 {2}/);
  const unknown = await rig.run('show', 'fish:best');
  assert.deepEqual(
    [unknown.code, unknown.stderr.split('\n')[0]],
    [2, 'error there is no sweep "fish" in the database'],
  );
  const wrong = await rig.run('export', 'worst', '--to', 'model');
  assert.deepEqual([wrong.code, wrong.stderr.split('\n')[0]], [2, 'error "worst" names no trial']);
});

test('notes and tags are shown by show, top and sql, and can be removed', async () => {
  assert.equal(
    (await rig.run('note', 'birds:best', 'misses herons', 'in fog')).stdout,
    'trial 3: misses herons in fog\n',
  );
  assert.equal((await rig.run('tag', '3', 'shipped', 'baseline', '007')).stdout, 'trial 3: 007, baseline, shipped\n');
  assert.equal((await rig.run('tag', '3', 'shipped', '007', '--remove')).stdout, 'trial 3: baseline\n');
  assert.match((await rig.run('show', '3')).stdout, /\ntags baseline\nnote misses herons in fog\n/);
  assert.match((await rig.run('top', 'birds')).stdout, /tags +note *\n.* baseline +misses herons in fog\n/);
  assert.deepEqual(
    await rig.rows(`SELECT sweep, trial, note, tags FROM trials WHERE list_contains(tags, 'baseline') ORDER BY sweep`),
    [
      { sweep: 'birds', trial: 3, note: 'misses herons in fog', tags: ['baseline'] },
      { sweep: 'flowers', trial: 3, note: 'misses herons in fog', tags: ['baseline'] },
    ],
  );
  assert.equal((await rig.run('note', '3', '--remove')).stdout, 'trial 3: no note\n');
  const empty = await rig.run('note', '3');
  assert.deepEqual([empty.code, empty.stderr.split('\n')[0]], [2, 'error the note is empty']);
  const unknown = await rig.run('tag', '99', 'x');
  assert.deepEqual([unknown.code, unknown.stderr.split('\n')[0]], [2, 'error there is no trial 99 in the database']);
});

test('a renamed sweep is continued under its new name', async () => {
  const taken = await rig.run('rename', 'birds', 'flowers');
  assert.deepEqual([taken.code, taken.stderr.split('\n')[0]], [2, 'error the database already has a sweep "flowers"']);
  const renamed = await rig.run('rename', 'birds', 'finches');
  assert.match(renamed.stdout, /^birds is called finches now; .*\n.*`name: finches`/);
  const resumed = await rig.run('resume', 'finches', '-q');
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.deepEqual(await rig.rows('SELECT sweep, completed FROM sweeps ORDER BY sweep'), [
    { sweep: 'finches', completed: 3 },
    { sweep: 'flowers', completed: 2 },
  ]);
});

test('a deletion asks, tells what it frees, and keeps the trials of other sweeps', async () => {
  const asked = await rig.run('delete', 'finches');
  assert.equal(asked.code, 2);
  assert.match(
    asked.stderr,
    /^This deletes the sweep finches with 2 trials: \d+ rows of results and 2 files \(200 kB\)\.\n1 trial of other sweeps, too: kept\.\nerror there is no terminal to ask on/,
  );
  assert.equal(keys().length, 4);

  const deleted = await rig.run('delete', 'finches', '--yes');
  assert.match(deleted.stdout, /^Deleted \d+ rows of results and 2 files \(200 kB\)\.\n$/);
  assert.equal(keys().length, 2);
  assert.deepEqual(await rig.rows('SELECT sweep, trial, objective FROM leaderboard ORDER BY trial'), [
    { sweep: 'flowers', trial: 3, objective: 3 },
    { sweep: 'flowers', trial: 4, objective: 4 },
  ]);
  assert.deepEqual(await rig.rows('SELECT sweep, trial, trainer FROM attempts ORDER BY trial'), [
    { sweep: 'flowers', trial: 3, trainer: './trainer.mjs' },
    { sweep: 'flowers', trial: 4, trainer: './trainer.mjs' },
  ]);
  const reproduced = await rig.run('reproduce', '3');
  assert.equal(reproduced.code, 0, reproduced.stdout + reproduced.stderr);
});

test('a deleted trial leaves a database in order, and its number is not given again', async () => {
  const { code, stderr } = await rig.run('delete', 'best', '--yes');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^This deletes trial 4 of flowers: /);
  assert.equal(keys().length, 1);
  const checked = await rig.run('doctor', '--db');
  assert.equal(checked.code, 0, checked.stdout);
  const again = await rig.run('run', 'birds.yaml', '-q');
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(await rig.rows(`SELECT trial FROM leaderboard WHERE sweep = 'birds' ORDER BY objective`), [
    { trial: 5 },
    { trial: 6 },
    { trial: 3 },
  ]);
  const unknown = await rig.run('delete', 'fish', '--yes');
  assert.deepEqual(
    [unknown.code, unknown.stderr.split('\n')[0]],
    [2, 'error there is no sweep "fish" in the database'],
  );
});
