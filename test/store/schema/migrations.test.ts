import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../../../src/store/reading/connect.js';
import { MIGRATIONS } from '../../../src/store/schema/migration-list.js';
import { TABLES_OF_TRIALS } from '../../../src/store/schema/tables-of-trials.js';
import { openStore } from '../../../src/store/store.js';
import {
  ask,
  completed,
  declare,
  ENVIRONMENT,
  failed,
  keyOf,
  NEW_YEAR,
  record,
  tamper,
  temporaryFolder,
  trialOf,
} from '../helpers.js';

const now = (): number => NEW_YEAR;

/** A database of the first version, with a completed trial that had a failed attempt. */
const FIRST_VERSION = `
  begin; ${MIGRATIONS[0]}; insert into data.schema_versions values (1, now()); commit;
  insert into data.sweeps values (1, 'flowers', timestamp '2026-01-01', timestamp '2026-01-01');
  insert into data.revisions by name select 1 as sweep, 1 as revision, 'grid' as method, 'val_accuracy' as metric,
    'maximize' as goal, 'name: flowers' as definition, 'x' as definition_hash, '/f.yaml' as definition_path,
    '[]' as overrides, '[1]' as seeds, 'image-classifier' as trainer, 'image-classifier@1' as trainer_version,
    '20' as node_version, '0.1.0' as sweepwright_version, 'lab' as host, now() as created_at;
  alter table data.trials add column "params.gamma" double;
  insert into data.parameters values ('gamma', 'gamma', 'number', 0);
  insert into data.trials by name select 1 as id, '${keyOf(1)}' as key, 1 as seed, '{"gamma":2.5}' as params,
    'completed' as status, 2 as attempt, 1 as failures, 'cpu:0' as device, 0 as slot, 1 as pid, 1 as threads,
    now() as started_at, now() as attempt_started_at, 2.5 as "params.gamma";
  insert into data.members values (1, 1, 0, true, 1, 0.5, -0.5);
  insert into data.attempts by name select 1 as trial, unnest([1, 2]) as attempt, 1 as sweep, 1 as revision,
    'cpu:0' as device, 0 as slot, 1 as pid, 1 as threads, now() as started_at, now() as ended_at,
    unnest(['failed', 'completed']) as outcome, unnest([false, true]) as final, unnest(['OOM', null]) as code;
  insert into data.epochs values (1, 2, 1, 'val_accuracy', 0.5, now(), false);
`;

test('a database of the first version is migrated when it is opened for reading', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  await tamper(path, FIRST_VERSION);
  const reader = await connect(path, { now });
  t.after(() => reader.close());
  assert.deepEqual(await ask(reader, 'select max(version) as version from data.schema_versions'), [
    { version: MIGRATIONS.length },
  ]);
  assert.deepEqual(await ask(reader, 'select trial, rank from leaderboard'), [{ trial: 1, rank: 1 }]);
});

test('a database of the first version is migrated when it is opened for writing, and its sweep goes on', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  await tamper(path, FIRST_VERSION);
  const store = await openStore(path, { now });
  t.after(() => store.close());
  assert.deepEqual(await ask(store.reader, 'select max(version) as version from data.schema_versions'), [
    { version: MIGRATIONS.length },
  ]);
  assert.deepEqual(await ask(store.reader, 'select trial, rank, objective, gamma from leaderboard'), [
    { trial: 1, rank: 1, objective: 0.5, gamma: 2.5 },
  ]);
  assert.deepEqual(await ask(store.reader, 'select code, kind, micro_batch from failures'), [
    { code: 'OOM', kind: null, micro_batch: null },
  ]);
  const handle = await store.openSweep(declare());
  assert.deepEqual(await handle.checkpoints(), []);
  await record(handle.recorder(), trialOf(handle.nextTrialId(), { gamma: 1 }), [0.75]);
  assert.deepEqual(await ask(store.reader, 'select trial, rank from leaderboard order by rank'), [
    { trial: 2, rank: 1 },
    { trial: 1, rank: 2 },
  ]);
});

test('an attempt recorded before nodes were shows the host of its sweep as its node', async (t) => {
  const path = join(temporaryFolder(t), 'sweeps.duckdb');
  await tamper(path, FIRST_VERSION);
  const store = await openStore(path, { now });
  t.after(() => store.close());
  const handle = await store.openSweep(declare());
  const recorder = handle.recorder();
  await record(recorder, trialOf(handle.nextTrialId(), { gamma: 1 }), [0.75]);
  const trial = trialOf(handle.nextTrialId(), { gamma: 3 });
  const elsewhere = { ...ENVIRONMENT, device: 'node2/cpu:0', node: 'node2', pid: undefined } as const;
  const begun = { type: 'trial-started', trialId: trial.id, trial, at: NEW_YEAR } as const;
  await recorder.emit({ ...begun, attempt: 1, environment: elsewhere });
  await recorder.emit(failed(trial.id, true));
  await recorder.emit({ ...begun, attempt: 2, environment: { ...elsewhere, node: 'node3' } });
  await recorder.emit(completed(trial.id, 2));
  assert.deepEqual(await ask(store.reader, 'select trial, attempt, host, node, pid from attempts order by 1, 2'), [
    { trial: 1, attempt: 1, host: 'lab', node: 'lab', pid: 1 },
    { trial: 1, attempt: 2, host: 'lab', node: 'lab', pid: 1 },
    { trial: 2, attempt: 1, host: 'lab', node: ENVIRONMENT.node, pid: ENVIRONMENT.pid },
    { trial: 3, attempt: 1, host: 'lab', node: 'node2', pid: null },
    { trial: 3, attempt: 2, host: 'lab', node: 'node3', pid: null },
  ]);
  assert.deepEqual(await ask(store.reader, 'select id, node, pid from data.trials order by id'), [
    { id: 1, node: null, pid: 1 },
    { id: 2, node: ENVIRONMENT.node, pid: ENVIRONMENT.pid },
    { id: 3, node: 'node3', pid: null },
  ]);
  assert.deepEqual(await ask(store.reader, 'select trial, gamma from trials order by trial'), [
    { trial: 1, gamma: 2.5 },
    { trial: 2, gamma: 1 },
    { trial: 3, gamma: 3 },
  ]);
});

test('the tables with rows of trials are known, so that deleted trials leave none', async (t) => {
  const store = await openStore(join(temporaryFolder(t), 'sweeps.duckdb'), { now });
  t.after(() => store.close());
  const tables = await ask(
    store.reader,
    `select distinct table_name from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'data' and column_name = 'trial' and table_type = 'BASE TABLE' order by 1`,
  );
  assert.deepEqual(
    tables.map(({ table_name: name }) => name),
    [...TABLES_OF_TRIALS].sort(),
  );
});
