import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Reader, readRows } from '../../core/results/reader.js';
import type { TrialStatus } from '../../core/trial/trial.js';
import { cellText } from '../../core/results/query-result.js';

export interface CheckpointFiles {
  /** Folder of the checkpoint folders; each is named by its trial's key. */
  readonly root: string;
  /** Whether a file without a row is left over from a crash, rather than written by the trainer for its own use. */
  readonly isLeftover: (name: string, status: TrialStatus) => boolean;
}

export interface FileRow {
  readonly trialId: number;
  readonly key: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Checkpoint rows whose file is missing or damaged, and files without a row. */
export interface FileFindings {
  readonly missing: readonly FileRow[];
  readonly damaged: readonly FileRow[];
  /** Paths relative to the root. */
  readonly stray: readonly string[];
}

export async function inspectFiles(reader: Reader, { root, isLeftover }: CheckpointFiles): Promise<FileFindings> {
  const rows = await storedFiles(reader);
  const missing: FileRow[] = [];
  const damaged: FileRow[] = [];
  for (const row of rows) {
    const state = await stateOf(join(root, row.key, row.file), row);
    if (state === 'missing') missing.push(row);
    if (state === 'damaged') damaged.push(row);
  }
  const known = new Set(rows.map(({ key, file }) => join(key, file)));
  const stray: string[] = [];
  for (const [key, status] of await statesOf(reader, await namesIn(root))) {
    for (const name of await namesIn(join(root, key))) {
      if (!known.has(join(key, name)) && isLeftover(name, status)) stray.push(join(key, name));
    }
  }
  return { missing, damaged, stray };
}

export async function removeFiles(root: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(join(root, path), { force: true });
}

/** Keys and statuses of the trials that have a folder. */
async function statesOf(reader: Reader, keys: readonly string[]): Promise<readonly (readonly [string, TrialStatus])[]> {
  const rows = await readRows(
    reader,
    `select key, status from data.trials where key in (select unnest(from_json($1, '["VARCHAR"]'))) order by id`,
    [JSON.stringify(keys)],
  );
  return rows.map(([key, status]) => [cellText(key), status as TrialStatus]);
}

async function storedFiles(reader: Reader): Promise<FileRow[]> {
  const rows = await readRows(
    reader,
    `select c.trial, t.key, c.file, c.bytes, c.sha256 from data.checkpoints c join data.trials t on t.id = c.trial
     where c.removed_at is null
     qualify row_number() over (partition by c.trial, c.file order by c.attempt desc, c.epoch desc) = 1
     order by c.trial, c.file`,
  );
  return rows.map(([trialId, key, file, bytes, sha256]) => ({
    ...{ trialId: Number(trialId), key: cellText(key), file: cellText(file) },
    ...{ bytes: Number(bytes), sha256: cellText(sha256) },
  }));
}

async function stateOf(path: string, { bytes, sha256 }: FileRow): Promise<'whole' | 'missing' | 'damaged'> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return 'missing';
  if (found.size !== bytes) return 'damaged';
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('hex') === sha256 ? 'whole' : 'damaged';
}

/** Empty if there is no such folder. */
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
