import type { LrFind } from '../../core/results/lr-find.js';
import { duckdb } from '../schema/duckdb.js';
import type { Transaction } from './transaction.js';
import type { Writer } from './writer.js';

/** Records a range test; changes nothing if the database has one with the same key. */
export async function recordLrFind(writer: Writer, find: LrFind): Promise<void> {
  await writer.transaction(async (tx) => {
    if ((await idOf(tx, find.key)) !== undefined) return;
    const [row] = await tx.rows('select coalesce(max(id), 0) + 1 from data.lr_finds');
    const id = Number(row?.[0]);
    const { suggestions, dataset, points } = find;
    await tx.append('lr_finds', [
      [
        ...[id, find.key, find.backbone],
        ...[suggestions?.valley ?? null, suggestions?.steepest ?? null, suggestions?.minimum ?? null],
        ...[JSON.stringify(find.params), find.seed, dataset?.name ?? null, dataset?.fingerprint ?? null],
        ...[find.device, find.threads, find.startedAt, find.endedAt],
      ],
    ]);
    await tx.append(
      'lr_find_points',
      points.map(({ step, learningRate, loss, smoothedLoss }) => [id, step, learningRate, loss, smoothedLoss]),
    );
  });
}

/** Notes which range tests a sweep uses; replaces the earlier list. */
export async function noteLrFinds(writer: Writer, sweep: number, keys: readonly string[]): Promise<void> {
  await writer.transaction(async (tx) => {
    await tx.execute('delete from data.lr_find_sweeps where sweep = $1::integer', [sweep]);
    await tx.executeOver(
      `insert into data.lr_find_sweeps
       select id, ${Math.trunc(sweep)} from data.lr_finds where key in (select unnest($1))`,
      [duckdb.VARCHAR],
      keys.map((key) => [key]),
    );
  });
}

async function idOf(tx: Transaction, key: string): Promise<number | undefined> {
  const [row] = await tx.rows('select id from data.lr_finds where key = $1::varchar', [key]);
  return row && Number(row[0]);
}
