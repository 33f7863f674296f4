import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LrFind } from '../../src/core/results/lr-find.js';
import { type Reader, readRecords } from '../../src/core/results/reader.js';
import type { EventSink, SweepEvent } from '../../src/core/trial/events.js';
import type { FailureKind } from '../../src/core/trial/failure.js';
import type { Params } from '../../src/core/parameters.js';
import type { EpochReport, Metrics } from '../../src/core/trainer/training.js';
import type { Trial } from '../../src/core/trial/trial.js';
import type { SweepDeclaration } from '../../src/core/trial/declaration.js';
import { duckdb } from '../../src/store/schema/duckdb.js';
import { type Cell } from '../../src/core/results/query-result.js';
import { openStore, type Store } from '../../src/store/store.js';
import type { SweepHandle } from '../../src/store/sweep-handle.js';

/** 2026-01-01 00:00:00 UTC. */
export const NEW_YEAR = 1_767_225_600_000;

export const ENVIRONMENT = { device: 'cpu:0', slot: 0, node: 'lab', pid: 4242, threads: 1 } as const;

/** A folder that is removed after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sweepwright-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A database in a temporary folder, open for writing until the test ends. Its clock always shows new year. */
export async function openTemporary(t: TestContext): Promise<Store> {
  const store = await openStore(join(temporaryFolder(t), 'sweeps.duckdb'), { now: () => NEW_YEAR });
  t.after(() => store.close());
  return store;
}

export function declare(changes: Partial<SweepDeclaration> = {}): SweepDeclaration {
  return {
    name: 'flowers',
    method: 'grid',
    objective: { metric: 'val_accuracy', goal: 'maximize' },
    declared: 12,
    definition: 'name: flowers\n',
    definitionPath: '/sweeps/flowers.yaml',
    overrides: [],
    seeds: [1],
    trainer: 'image-classifier',
    trainerVersion: 'image-classifier@1',
    versions: { node: '20.20.2', sweepwright: '0.1.0' },
    host: 'lab',
    ...changes,
  };
}

/** 16 hexadecimal digits, different for each number. */
export const keyOf = (id: number): string =>
  ((BigInt(id) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn).toString(16).padStart(16, '0');

export const trialOf = (id: number, params: Params = {}, seed = 1): Trial => ({
  id,
  key: keyOf(id),
  position: id - 1,
  seed,
  params,
});

export const started = (trial: Trial, attempt = 1, at = NEW_YEAR): SweepEvent => ({
  ...{ type: 'trial-started', at, trialId: trial.id, attempt, trial, environment: ENVIRONMENT },
});

export const epochOf = (
  trialId: number,
  epoch: number,
  metrics: Metrics,
  attempt = 1,
  rest: Pick<EpochReport, 'checkpoint' | 'classes'> = {},
): SweepEvent => ({
  ...{ type: 'trial-epoch', at: NEW_YEAR + epoch * 1000, trialId, attempt, epoch, metrics, ...rest },
});

export const completed = (trialId: number, attempt = 1, at = NEW_YEAR + 60_000): SweepEvent => ({
  ...{ type: 'trial-completed', at, trialId, attempt },
});

export const failed = (trialId: number, willRetry: boolean, attempt = 1, kind: FailureKind = 'code'): SweepEvent => ({
  ...{ type: 'trial-failed', kind, at: NEW_YEAR + 60_000, trialId, attempt, willRetry },
  error: {
    code: 'DIVERGED',
    message: 'the loss is NaN',
    stack: 'Error: the loss is NaN\n    at train (trainer.js:1:2)',
  },
});

/** A range test of the learning rate with two steps. */
export const findOf = (id: number, changes: Partial<LrFind> = {}): LrFind => ({
  key: keyOf(id),
  backbone: 'b0',
  suggestions: { valley: 1e-3, steepest: 2e-3, minimum: 3e-4 },
  points: [
    { step: 1, learningRate: 1e-7, loss: 2.3, smoothedLoss: 2.3 },
    { step: 2, learningRate: 1.2e-7, loss: 2.1, smoothedLoss: 2.2 },
  ],
  params: { backbone: 'b0', gamma: 2 },
  seed: 3,
  dataset: { name: '/photos', fingerprint: 'f1' },
  device: 'cpu:0',
  threads: 2,
  startedAt: NEW_YEAR,
  endedAt: NEW_YEAR + 60_000,
  ...changes,
});

/** Records a trial from start to end, with one value of the objective per epoch. */
export async function record(
  sink: EventSink,
  trial: Trial,
  values: readonly number[],
  metric = 'val_accuracy',
): Promise<void> {
  await sink.emit(started(trial));
  for (const [index, value] of values.entries()) await sink.emit(epochOf(trial.id, index + 1, { [metric]: value }));
  await sink.emit(completed(trial.id));
}

/** Records new trials of a sweep from start to end, one per list of objective values. Returns their numbers. */
export async function recordAll(
  handle: SweepHandle,
  curves: readonly (readonly number[])[],
  metric?: string,
): Promise<number[]> {
  const sink = handle.recorder();
  const ids: number[] = [];
  for (const values of curves) {
    const id = handle.nextTrialId();
    await record(sink, trialOf(id, { x: id }), values, metric);
    ids.push(id);
  }
  await sink.close();
  return ids;
}

export const ask = (reader: Reader, sql: string): Promise<Record<string, Cell>[]> => readRecords(reader, sql);

/** Runs SQL on a database file directly, past the store and its checks. */
export async function tamper(path: string, sql: string): Promise<void> {
  const instance = await duckdb.DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
