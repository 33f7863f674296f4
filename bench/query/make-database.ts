import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSweep, type PlannedSweep } from '../../src/session/planning/planned-sweep.js';
import { declarationOf } from '../../src/session/planning/sweep-declaration.js';
import { duckdb, type DuckDBConnection } from '../../src/store/schema/duckdb.js';
import { openStore } from '../../src/store/store.js';

export interface MadeDatabase {
  readonly file: string;
  readonly database: string;
}

export const EPOCHS = 10;
/** Values on each of three axes. */
const EDGE = 100;
const METRICS = ['val_loss', 'val_accuracy'];

/**
 * Makes a sweep file with the given number of trials, whose trainer returns at once, and the database of the finished
 * sweep, with ten epochs of two metrics each. DuckDB generates the rows that a sweep would have written.
 */
export async function makeDatabase(folder: string, trials = EDGE ** 3): Promise<MadeDatabase> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'million.yaml');
  const database = join(folder, 'sweeps.duckdb');
  writeFileSync(join(folder, 'trainer.mjs'), TRAINER);
  writeFileSync(file, sweepText(trials));
  const sweep = await loadSweep(file, [], join(folder, 'cache'));
  const store = await openStore(database, { now: Date.now });
  const handle = await store.openSweep(await declarationOf(sweep, { file, overrides: [] }));
  // A real trial, which creates the columns of the parameters.
  const recorder = handle.recorder();
  const environment = { device: 'cpu:0', slot: 0, node: 'lab', pid: process.pid, threads: 1 };
  const of = { at: Date.now(), trialId: handle.nextTrialId(), attempt: 1 };
  await recorder.emit({
    type: 'trial-started',
    ...of,
    trial: { id: of.trialId, ...sweep.plan.enumeration!.at(0) },
    environment,
  });
  await recorder.emit({ type: 'trial-completed', ...of });
  await store.close();
  await fill(database, sweep);
  return { file, database };
}

async function fill(database: string, { plan }: PlannedSweep): Promise<void> {
  const instance = await duckdb.DuckDBInstance.create(database, { memory_limit: '4GB', threads: '2' });
  const connection = await instance.connect();
  await connection.run(
    'create temp table points (position bigint, key varchar, learning_rate double, gamma double, dropout double)',
  );
  const appender = await connection.createAppender('points', undefined, 'temp');
  for (const { position, key, params } of plan.enumeration!.trials()) {
    appender.appendBigInt(BigInt(position));
    appender.appendVarchar(key);
    for (const name of ['learning_rate', 'gamma', 'dropout']) appender.appendDouble(Number(params[name]));
    appender.endRow();
  }
  appender.closeSync();
  await run(connection, FILL);
  connection.closeSync();
  instance.closeSync();
}

async function run(connection: DuckDBConnection, sql: string): Promise<void> {
  for (const statement of sql.split(';')) if (statement.trim() !== '') await connection.run(statement);
}

const FILL = `
  delete from data.members; delete from data.epochs; delete from data.attempts;
  insert into data.trials by name
    select position + 1 as id, p.key, t.seed, t.status, t.attempt, t.failures, t.device, t.slot, t.pid, t.threads,
      json_object('learning_rate', learning_rate, 'gamma', gamma, 'dropout', dropout)::varchar as params,
      t.started_at + to_seconds(position // 16) as started_at,
      t.started_at + to_seconds(position // 16) as attempt_started_at,
      t.started_at + to_seconds(position // 16 + 1) as ended_at, 1.0 as seconds,
      learning_rate as "params.learning_rate", gamma as "params.gamma", dropout as "params.dropout"
    from points p, data.trials t where position > 0 order by position;
  insert into data.epochs
    select id, 1, epoch, metric, 1 + hash(id * 1000 + epoch) / 2.0 ** 64 / epoch, started_at, false
    from data.trials, (select unnest(range(1, ${EPOCHS + 1})) as epoch), (select unnest(['${METRICS.join("','")}']) as metric)
    order by id, epoch, metric;
  insert into data.members by name
    select 1 as sweep, trial, trial - 1 as position, true as current, arg_min(epoch, value) as best_epoch,
      min(value) as objective, min(value) as score
    from data.epochs where metric = '${METRICS[0]!}' group by trial order by trial;
  insert into data.attempts by name
    select id as trial, 1 as attempt, 1 as sweep, 1 as revision, device, slot, pid, threads, started_at,
      ended_at, 'completed' as outcome, true as final
    from data.trials order by id;
  checkpoint`;

const TRAINER = `
export async function train({ report }) {
  for (let epoch = 1; epoch <= ${EPOCHS}; epoch++) await report({ epoch, metrics: { val_loss: 1, val_accuracy: 1 } });
}
`;

function sweepText(trials: number): string {
  const values = (from: number): string =>
    JSON.stringify(Array.from({ length: EDGE }, (_, index) => from * (index + 1)));
  return `name: million
method: grid
trainer: ./trainer.mjs
metric: { name: ${METRICS[0]!}, goal: minimize }
run_cap: ${trials}
parameters:
  learning_rate: { values: ${values(1e-5)} }
  gamma: { values: ${values(0.05)} }
  dropout: { values: ${values(0.005)} }
`;
}
