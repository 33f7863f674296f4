import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { Rig } from '../rig.js';

let rig: Rig;
beforeEach(() => (rig = new Rig()));
afterEach(() => rig.close());

const SWEEP = `
name: own
method: grid
trainer: ./trainer.mjs
metric: { name: val_loss, goal: minimize }
parameters: { x: { values: [1, 2] } }
`;

test('an edited file that the trainer imports is named, and its trials run again', async () => {
  rig.write('own.yaml', SWEEP);
  rig.write('model.mjs', 'export const loss = (x) => x;');
  rig.write(
    'trainer.mjs',
    `import { loss } from './model.mjs';
     export const train = ({ params, report }) => report({ epoch: 1, metrics: { val_loss: loss(params.x) } });`,
  );
  const first = await rig.run('run', 'own.yaml');
  assert.equal(first.code, 0, first.stderr);
  rig.write('model.mjs', 'export const loss = (x) => 10 * x;');

  const plan = await rig.run('plan', 'own.yaml');
  assert.match(plan.stdout, /^changed +the trainer \(model\.mjs\): every trial is a new one$/m);
  assert.match(plan.stdout, /^database +0 of 2 known/m);
  const again = await rig.run('run', 'own.yaml');
  assert.match(again.stdout, /^ +changed the trainer \(model\.mjs\): every trial is a new one$/m);
  const rows = await rig.rows('SELECT x, objective FROM leaderboard ORDER BY x');
  assert.deepEqual(rows, [
    { x: 1, objective: 10 },
    { x: 2, objective: 20 },
  ]);

  const unchanged = await rig.run('run', 'own.yaml');
  assert.match(unchanged.stdout, /^own goes on: 2 of 2 trials are done$/m);
  assert.doesNotMatch(unchanged.stdout, /changed/);
});

test('a database of a release that did not hash imports is told apart from an edited trainer', async () => {
  rig.write('own.yaml', SWEEP);
  rig.write('model.mjs', 'export const loss = (x) => x;');
  const text = `import { loss } from './model.mjs';
    export const train = ({ params, report }) => report({ epoch: 1, metrics: { val_loss: loss(params.x) } });`;
  rig.write('trainer.mjs', text);
  await rig.run('run', 'own.yaml', '--max-trials', '1');
  const instance = await DuckDBInstance.create(join(rig.folder, 'results/sweeps.duckdb'));
  const connection = await instance.connect();
  const version = `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  await connection.run(`update data.revisions set trainer_files = null, trainer_version = '${version}'`);
  connection.closeSync();
  instance.closeSync();
  const { stdout } = await rig.run('plan', 'own.yaml');
  assert.match(
    stdout,
    /^changed +the trainer, which now includes the files that it imports \(model\.mjs\): every trial/m,
  );
});

test('`plan` finds a trainer that cannot be loaded, and a trainer in another language by its name', async () => {
  rig.write('own.yaml', SWEEP);
  rig.write('trainer.mjs', 'export const train = ;');
  const broken = await rig.run('plan', 'own.yaml');
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /^error .*trainer\.mjs:1:22: this is not JavaScript: Unexpected token\n/);
  for (const [name, hint] of [
    ['./train.py', /own\.yaml:4:10: \.\/train\.py is a program in another language: .*\n[^]*docs\/programs\.md/],
    ['train.py', /own\.yaml:4:10: train\.py is a program in another language/],
    ['./trainer.ts', /own\.yaml:4:10: \.\/trainer\.ts is TypeScript: .*\n[^]*Compile it/],
  ] as const) {
    rig.write(
      'own.yaml',
      SWEEP.trimStart().replace('./trainer.mjs', name).replace('name: own', '# another\nname: own'),
    );
    const { code, stderr } = await rig.run('plan', 'own.yaml');
    assert.equal(code, 2);
    assert.match(stderr, hint);
    assert.equal(stderr.match(/^error /gm)!.length, 1, stderr);
  }
});
