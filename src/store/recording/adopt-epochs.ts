import { transition, type Trial } from '../../core/trial/trial.js';
import { duckdb } from '../schema/duckdb.js';
import type { OwnSweep } from './events/load-trials.js';
import type { ParameterColumns } from '../schema/parameter-columns.js';
import { chooseTrials, rescoreChosen } from './scores.js';
import type { Transaction, Value } from './transaction.js';
import { insertTrials } from './trial-status.js';
import { viewStatements } from '../schema/views.js';
import type { Writer } from './writer.js';

/** A trial without a row, and an earlier trial whose first epochs are the same to the last bit. */
export interface Adoption {
  readonly trial: Trial;
  /** Number of the earlier trial. */
  readonly source: number;
  /** How many epochs are taken over; the earlier trial's checkpoint after the last of them is on disk. */
  readonly epochs: number;
}

export interface AdoptOptions {
  readonly writer: Writer;
  readonly columns: ParameterColumns;
  readonly sweep: OwnSweep;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * Copies epochs of earlier trials to new trials, in one commit. Each new trial is then paused; the message of its first attempt
 * names the earlier trial. It also gets a row for the earlier trial's checkpoint: the caller links the file into the new
 * trial's folder before.
 */
export async function adoptEpochs(adoptions: readonly Adoption[], options: AdoptOptions): Promise<void> {
  if (adoptions.length === 0) return;
  const { writer, columns } = options;
  const alterations = adoptions.flatMap(({ trial }) => columns.admit(trial.params));
  try {
    await writer.transaction(async (tx) => {
      if (alterations.length > 0) await tx.alter([...alterations, ...viewStatements(columns.all)]);
      await write(tx, adoptions, options);
    });
  } catch (error) {
    // The columns in memory are ahead of those on disk.
    await writer.transaction((tx) => columns.load(tx)).catch(() => undefined);
    throw error;
  }
}

async function write(
  tx: Transaction,
  adoptions: readonly Adoption[],
  { columns, sweep, at }: AdoptOptions,
): Promise<void> {
  await tx.stage(
    'adopted',
    { source: duckdb.INTEGER, trial: duckdb.INTEGER, epochs: duckdb.INTEGER },
    adoptions.map(({ source, trial, epochs }) => [source, trial.id, epochs]),
  );
  const places = await tx.rows(
    `select a.trial, t.device, t.slot, t.pid, t.threads, t.node from temp.adopted a join data.trials t on t.id = a.source`,
  );
  const placeOf = new Map(
    places.map(([trial, device, slot, pid, threads, node]) => [
      Number(trial),
      { place: [String(device), Number(slot), pid as number | null, Number(threads)], node: node as string | null },
    ]),
  );
  const trials: Value[][] = [];
  const attempts: Value[][] = [];
  for (const { trial, source, epochs } of adoptions) {
    const { id, key, seed, params } = trial;
    const { place, node } = placeOf.get(id)!;
    const message = `epochs 1 to ${epochs} are those of trial ${source}`;
    trials.push([
      ...[id, key, seed, JSON.stringify(params), transition('new', 'adopt'), 1, 0, ...place],
      ...[at, at, at, null, node, ...columns.row(params)],
    ]);
    attempts.push([
      ...[id, 1, sweep.id, sweep.revision, ...place, at, at, 'paused', false, null, message, null],
      ...[null, null, null, node],
    ]);
  }
  await insertTrials(tx, trials, columns);
  await tx.append('attempts', attempts);
  for (const statement of COPIES) await tx.execute(statement);
  await tx.execute(COPY_CHECKPOINTS, [BigInt(at)]);
  await tx.append(
    'members',
    adoptions.map(({ trial }) => [
      sweep.id,
      trial.id,
      trial.position,
      true,
      null,
      null,
      null,
      trial.origin ?? null,
      trial.confirms ?? false,
    ]),
  );
  await chooseTrials(
    tx,
    adoptions.map(({ trial }) => trial.id),
  );
  await rescoreChosen(tx, sweep);
}

const COPIES = [
  `insert into data.epochs
     select a.trial, 1, e.epoch, e.metric, e.value, e.recorded_at, false
     from data.history e join temp.adopted a on a.source = e.trial and e.epoch <= a.epochs`,
  `insert into data.class_counts
     select a.trial, 1, c.epoch, c.class, c.name, c.true_positives, c.predicted, c.support, false
     from data.class_counts c join temp.adopted a on a.source = c.trial and c.epoch <= a.epochs
     where not c.superseded`,
  `insert into data.confusion
     select a.trial, 1, c.epoch, c.label, c.prediction, c.count
     from data.confusion c join temp.adopted a on a.source = c.trial and c.epoch <= a.epochs`,
];

const COPY_CHECKPOINTS = `
  insert into data.checkpoints
    select a.trial, 1, c.epoch, c.file, c.bytes, c.sha256, epoch_ms($1::bigint), null
    from data.checkpoints c join temp.adopted a on a.source = c.trial and c.epoch = a.epochs
    where c.removed_at is null`;
