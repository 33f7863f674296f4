import { cellNumber, cellText } from '../../core/results/query-result.js';
import { readRows, type Reader } from '../../core/results/reader.js';
import { resolveSweep } from '../reading/queries/sweep-names.js';
import { TABLES_OF_TRIALS } from '../schema/tables-of-trials.js';
import { trialDetails } from '../reading/queries/trial-details.js';

/** The results that a deletion removes. */
export interface Doomed {
  /** The sweep that is deleted; `undefined` if single trials are. */
  readonly sweep: { readonly id: number; readonly name: string } | undefined;
  readonly trials: readonly { readonly id: number; readonly key: string }[];
  /** Trials of the sweep that stay, because another sweep has them, too. */
  readonly shared: number;
  /** Names of the sweeps that lose a trial. */
  readonly sweeps: readonly string[];
  /** Rows of these trials in all tables. */
  readonly rows: number;
}

/** What deleting a sweep removes: the trials that no other sweep has. @throws {InputError} UNKNOWN_SWEEP, NO_SWEEPS */
export async function doomedSweep(reader: Reader, given: string): Promise<Doomed> {
  const name = await resolveSweep(reader, given);
  const rows = await readRows(
    reader,
    `select s.id, t.id, t.key, exists (from data.members o where o.trial = t.id and o.sweep <> s.id)
     from data.sweeps s
     left join data.members m on m.sweep = s.id
     left join data.trials t on t.id = m.trial
     where s.name = $1 order by t.id`,
    [name],
  );
  const id = Number(rows[0]?.[0]);
  const members = rows.filter(([, trial]) => trial != null);
  const trials = members
    .filter(([, , , isShared]) => isShared !== true)
    .map(([, trial, key]) => ({ id: Number(trial), key: cellText(key) }));
  const shared = members.length - trials.length;
  return { sweep: { id, name }, trials, shared, sweeps: [name], rows: await countRows(reader, trials) };
}

/** What deleting one trial removes, from all sweeps that have it. @throws {InputError} UNKNOWN_TRIAL */
export async function doomedTrial(reader: Reader, trial: number): Promise<Doomed> {
  const { key, memberships } = await trialDetails(reader, trial);
  const trials = [{ id: trial, key }];
  const sweeps = memberships.map(({ sweep }) => sweep);
  return { sweep: undefined, trials, shared: 0, sweeps, rows: await countRows(reader, trials) };
}

async function countRows(reader: Reader, trials: Doomed['trials']): Promise<number> {
  const ids = JSON.stringify(trials.map(({ id }) => id));
  const counts = TABLES_OF_TRIALS.map((table) => `(select count(*) from data.${table} where trial in (from doomed))`);
  const [row] = await readRows(
    reader,
    `with doomed as (select unnest(from_json($1, '["INTEGER"]'))) select ${counts.join(' + ')}`,
    [ids],
  );
  return trials.length + (cellNumber(row?.[0]) ?? 0);
}
