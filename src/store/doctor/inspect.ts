import { type Reader, readRows } from '../../core/results/reader.js';
import type { Finding, Inspection } from '../../core/results/database-report.js';
import { connect } from '../reading/connect.js';
import { cellText } from '../../core/results/query-result.js';
import { markCheckpointsRemoved } from '../reading/trials/stored-checkpoints.js';
import { readerOf, refreshViews } from '../recording/open-writer.js';
import { Writer } from '../recording/writer.js';
import { inspectFiles, removeFiles, type CheckpointFiles, type FileRow } from './checkpoint-files.js';
import type { Invariant } from './invariant.js';
import { INVARIANTS, NOTHING_RUNS } from './invariants.js';

export interface InspectOptions {
  readonly files: CheckpointFiles;
}

/** Checks all invariants and changes nothing. Errors: see `connect`. */
export async function inspectDatabase(path: string, { files }: InspectOptions): Promise<Inspection> {
  const reader = await connect(path);
  try {
    const findings: Finding[] = [];
    for (const invariant of INVARIANTS) findings.push(await examine(reader, invariant));
    if (reader.holder) return { holder: reader.holder, findings };
    findings.push(await examine(reader, NOTHING_RUNS));
    const { missing, damaged, stray } = await inspectFiles(reader, files);
    return {
      holder: undefined,
      findings: [
        ...findings,
        fileFinding('every checkpoint that has a row is on disk', missing.map(nameOf), 'marks them removed'),
        fileFinding(
          'every checkpoint file has the hash of its row',
          damaged.map(nameOf),
          'removes them and marks them removed',
        ),
        fileFinding('no checkpoint file is left over', stray, 'removes them'),
      ],
    };
  } finally {
    await reader.close();
  }
}

/**
 * Repairs broken invariants where that loses no results. `now` is milliseconds since 1970.
 *
 * @throws {StoreLockedError} while another process has the database open
 */
export async function repairDatabase(
  path: string,
  { files, now }: InspectOptions & { readonly now: number },
): Promise<void> {
  const writer = await Writer.open(path, now);
  const reader = readerOf(writer);
  try {
    await refreshViews(writer);
    for (const invariant of [...INVARIANTS, NOTHING_RUNS]) {
      const { repair } = invariant;
      const { count } = await examine(reader, invariant);
      if (repair && count > 0) await writer.transaction((tx) => repair.run(tx));
    }
    const { missing, damaged, stray } = await inspectFiles(reader, files);
    await removeFiles(files.root, [...damaged.map(({ key, file }) => `${key}/${file}`), ...stray]);
    await markCheckpointsRemoved(writer, [...missing, ...damaged], now);
  } finally {
    await writer.close();
  }
}

const EXAMPLES = 3;

async function examine(reader: Reader, { says, offenders, repair }: Invariant): Promise<Finding> {
  const rows = await readRows(reader, `select what, count(*) over () from (${offenders}) order by 1 limit ${EXAMPLES}`);
  return {
    says,
    count: Number(rows[0]?.[1] ?? 0),
    examples: rows.map(([what]) => cellText(what)),
    repair: repair?.does,
  };
}

const fileFinding = (says: string, files: readonly string[], repair: string): Finding => ({
  ...{ says, count: files.length, examples: files.slice(0, EXAMPLES), repair },
});

const nameOf = ({ trialId, file }: FileRow): string => `${file} of trial ${trialId}`;
