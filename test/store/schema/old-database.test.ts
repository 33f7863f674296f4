import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { connect } from '../../../src/store/reading/connect.js';
import { MIGRATIONS } from '../../../src/store/schema/migration-list.js';
import { Rig } from '../../rig.js';
import { tamper } from '../helpers.js';

/**
 * Written by the version before the nodes of attempts were recorded (commit 5e6b638, schema 5): the sweep `rates` of
 * `trainer.mjs`, with 6 trials completed and trial 5 paused, whose process was killed while trial 6 ran. `leaderboard.json` is
 * what its `sweep top --json` printed then.
 */
const FIXTURE = resolve(import.meta.dirname, '../../../../test/fixtures/databases/killed');

interface Leaderboard {
  readonly trials: readonly { readonly trial: number; readonly rank: number | null }[];
}

const ranked = ({ trials }: Leaderboard): Leaderboard['trials'] => trials.filter(({ rank }) => rank !== null);

/** Unpacks the database and its write-ahead log of the killed process into a new folder with the trainer. */
function restore(t: TestContext): Rig {
  const rig = new Rig();
  t.after(() => rig.close());
  for (const file of ['sweeps.duckdb', 'sweeps.duckdb.wal']) {
    rig.write(join('results', file), gunzipSync(readFileSync(join(FIXTURE, `${file}.gz`))));
  }
  copyFileSync(join(FIXTURE, 'trainer.mjs'), join(rig.folder, 'trainer.mjs'));
  return rig;
}

test('a database of an earlier version is migrated when it is read, and its leaderboard is the same', async (t) => {
  const rig = restore(t);
  const before = JSON.parse(readFileSync(join(FIXTURE, 'leaderboard.json'), 'utf8')) as Leaderboard;
  const { code, stdout, stderr } = await rig.run('top', 'rates', '--json');
  assert.equal(code, 0, stderr);
  assert.equal(ranked(before).length, 6);
  const annotated = ranked(before).map((trial) => ({ ...trial, note: null, tags: [] }));
  assert.deepEqual(ranked(JSON.parse(stdout) as Leaderboard), annotated);
  const reader = await connect(join(rig.folder, 'results/sweeps.duckdb'));
  t.after(() => reader.close());
  for await (const rows of await reader.query('select max(version) from data.schema_versions')) {
    assert.deepEqual(rows, [[MIGRATIONS.length]]);
  }
});

test('a resume finishes a sweep of an earlier version without training an epoch twice', async (t) => {
  const rig = restore(t);
  const database = join(rig.folder, 'results/sweeps.duckdb');
  const definition = join(rig.folder, 'sweep.yaml');
  // The test's folder is not that of the recorded sweep file.
  await tamper(database, `update data.revisions set definition_path = '${definition}'`);
  writeFileSync(definition, String((await rig.rows('select definition from data.revisions'))[0]?.['definition']));
  const { code, stderr } = await rig.run('resume', 'rates', '--devices', 'cpu:0', '--slots', '1');
  assert.equal(code, 0, stderr);
  assert.deepEqual(await rig.rows('select trial, state, attempt, objective from trials order by trial'), [
    ...[0.975, 0.975, 0.95, 0.95].map((objective, index) => ({
      ...{ trial: index + 1, state: 'completed', attempt: 1, objective },
    })),
    ...[5, 6].map((trial) => ({ trial, state: 'completed', attempt: 2, objective: 0.925 })),
    ...[7, 8].map((trial) => ({ trial, state: 'completed', attempt: 1, objective: 0.9 })),
  ]);
  assert.deepEqual(
    await rig.rows('select trial, outcome from attempts where trial in (5, 6) order by trial, attempt'),
    [
      { trial: 5, outcome: 'paused' },
      { trial: 5, outcome: 'completed' },
      { trial: 6, outcome: 'lost' },
      { trial: 6, outcome: 'completed' },
    ],
  );
  const epochs =
    "select trial, count(*)::integer as epochs from curves where metric = 'val_loss' group by trial order by 1";
  assert.deepEqual(
    await rig.rows(epochs),
    [1, 2, 3, 4, 5, 6, 7, 8].map((trial) => ({ trial, epochs: 4 })),
  );
});
