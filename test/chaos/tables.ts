import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Reader, readRows } from '../../src/core/results/reader.js';
import { isLeftover } from '../../src/trainer/training/checkpoints/checkpoint-names.js';
import { connect } from '../../src/store/reading/connect.js';
import { inspectDatabase } from '../../src/store/doctor/inspect.js';

/** The result of a sweep: the sorted rows of each table as text. */
export type Tables = Readonly<Record<string, readonly string[]>>;

/** All that users see, without timestamps, trial and attempt numbers, and devices. */
const QUERIES = {
  trials: 'select trial_key, seed, params, state, current, position, failures, objective, best_epoch from trials',
  leaderboard: 'select rank, trial_key, state, objective, best_epoch from leaderboard',
  curves: 'select trial_key, epoch, metric, value from curves',
  class_metrics: 'select trial_key, epoch, class, name, precision, recall, f1, support from class_metrics',
  confusion: 'select trial_key, epoch, label, prediction, count from confusion',
  checkpoints: 'select distinct trial_key, epoch, best, file, bytes, sha256 from checkpoints where removed_at is null',
  failures: 'select trial_key, code, message from failures',
  sweeps: 'select * exclude (created_at, last_run_at, best_trial, revision) from sweeps',
  // Epochs that were recorded and then trained again.
  superseded: 'select trial, epoch, metric from data.epochs where superseded',
} as const;

/** Reads the tables of a database that no process has open, and the files in its checkpoint folder. */
export async function readTables(database: string, checkpoints: string): Promise<Tables> {
  const reader = await connect(database);
  const tables: Record<string, readonly string[]> = {};
  try {
    for (const [name, query] of Object.entries(QUERIES)) tables[name] = await rowsOf(reader, query);
  } finally {
    await reader.close();
  }
  return { ...tables, files: filesBelow(checkpoints) };
}

/** Findings of `sweep doctor --db`. */
export async function diagnose(database: string, root: string): Promise<string[]> {
  const { findings } = await inspectDatabase(database, { files: { root, isLeftover } });
  return findings
    .filter(({ count }) => count > 0)
    .map(({ says, count, examples }) => `${count} times not so: ${says} (${examples.join(', ')})`);
}

/** Differences between two results: `+` for a row too many, `-` for a missing row. */
export function differences(actual: Tables, expected: Tables): string[] {
  return Object.keys(expected).flatMap((name) => [
    ...surplus(actual[name] ?? [], expected[name]!).map((row) => `+ ${name} ${row}`),
    ...surplus(expected[name]!, actual[name] ?? []).map((row) => `- ${name} ${row}`),
  ]);
}

async function rowsOf(reader: Reader, query: string): Promise<string[]> {
  const rows = await readRows(reader, query);
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** Path and hash of each file. */
function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return `${path.slice(folder.length + 1)} ${hash}`;
    })
    .sort();
}

/** The rows of `some` that `others` lacks, each as often as it is surplus. */
function surplus(some: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1);
  return some.filter((row) => {
    const count = left.get(row) ?? 0;
    left.set(row, count - 1);
    return count <= 0;
  });
}
