import type { Objective } from '../../../core/objective.js';
import type { TrialStatus } from '../../../core/trial/trial.js';
import { duckdb, type DuckDBValue } from '../../schema/duckdb.js';
import { addEpoch, type LiveTrial, type Standing } from './live-trial.js';
import type { Transaction } from '../transaction.js';

/** The sweep that this process runs, with its objective. */
export interface OwnSweep {
  readonly id: number;
  readonly revision: number;
  readonly objective: Objective;
}

/** Reads trials from the database that an earlier process or attempt recorded; each gets a standing in `own`. */
export async function loadTrials(tx: Transaction, ids: readonly number[], own: OwnSweep): Promise<LiveTrial[]> {
  if (ids.length === 0) return [];
  const list = [duckdb.listValue([...ids])];
  const standings = await loadStandings(tx, list);
  const rows = await tx.rows(
    `select id, status, attempt, failures, device, slot, node, pid, threads,
       epoch_ms(attempt_started_at), epoch_ms(ended_at), seconds
     from data.trials where id in (select unnest($1::integer[]))`,
    list,
  );
  const trials = new Map(rows.map((row) => [Number(row[0]), toTrial(row, standings.get(Number(row[0])) ?? [], own)]));
  await loadHistory(tx, list, trials);
  await loadCheckpoints(tx, list, trials);
  await loadConfusions(tx, list, trials);
  return [...trials.values()];
}

function toTrial(row: readonly DuckDBValue[], stored: readonly Standing[], own: OwnSweep): LiveTrial {
  const [id, status, attempt, failures, device, slot, node, pid, threads, startedAt, endedAt, seconds] = row;
  const joined = stored.some(({ sweep }) => sweep === own.id);
  return {
    id: Number(id),
    status: status as TrialStatus,
    attempt: Number(attempt),
    failures: Number(failures),
    environment: {
      device: String(device),
      slot: Number(slot),
      node: node === null ? undefined : String(node),
      pid: pid === null ? undefined : Number(pid),
      threads: Number(threads),
    },
    attemptStartedAt: Number(startedAt),
    endedAt: endedAt === null ? undefined : Number(endedAt),
    seconds: seconds === null ? undefined : Number(seconds),
    standings: joined ? stored : [...stored, newStanding(own)],
    history: [],
    checkpoints: new Map(),
    confusions: [],
    reported: false,
  };
}

export const newStanding = ({ id, objective }: OwnSweep): Standing => ({
  sweep: id,
  objective,
  stored: false,
  best: undefined,
  bestEpoch: undefined,
});

async function loadStandings(tx: Transaction, list: readonly DuckDBValue[]): Promise<Map<number, Standing[]>> {
  const rows = await tx.rows(
    `select m.trial, m.sweep, d.metric, d.goal
     from data.members m join data.declarations d on d.sweep = m.sweep
     where m.trial in (select unnest($1::integer[]))`,
    list,
  );
  const standings = new Map<number, Standing[]>();
  for (const [trial, sweep, metric, goal] of rows) {
    const objective: Objective = { metric: String(metric), goal: goal === 'maximize' ? 'maximize' : 'minimize' };
    const known = standings.get(Number(trial)) ?? [];
    known.push({ ...newStanding({ id: Number(sweep), revision: 0, objective }), stored: true });
    standings.set(Number(trial), known);
  }
  return standings;
}

/** Replays the epochs that are not superseded, which restores every standing. */
async function loadHistory(
  tx: Transaction,
  list: readonly DuckDBValue[],
  trials: Map<number, LiveTrial>,
): Promise<void> {
  const epochs = await tx.rows(
    `select trial, epoch, max(attempt), list(metric order by metric), list(value order by metric)
     from data.history where trial in (select unnest($1::integer[]))
     group by trial, epoch order by trial, epoch`,
    list,
  );
  for (const [id, epoch, attempt, names, values] of epochs) {
    const trial = trials.get(Number(id))!;
    trial.reported ||= Number(attempt) === trial.attempt;
    const numbers = itemsOf(values);
    addEpoch(
      trial,
      Number(epoch),
      Object.fromEntries(itemsOf(names).map((name, index) => [String(name), Number(numbers[index])])),
    );
  }
}

async function loadCheckpoints(
  tx: Transaction,
  list: readonly DuckDBValue[],
  trials: Map<number, LiveTrial>,
): Promise<void> {
  const files = await tx.rows(
    `select trial, file, attempt, epoch from data.checkpoints
     where removed_at is null and trial in (select unnest($1::integer[]))`,
    list,
  );
  for (const [id, file, attempt, epoch] of files) {
    trials.get(Number(id))!.checkpoints.set(String(file), { attempt: Number(attempt), epoch: Number(epoch) });
  }
}

async function loadConfusions(
  tx: Transaction,
  list: readonly DuckDBValue[],
  trials: Map<number, LiveTrial>,
): Promise<void> {
  const epochs = await tx.rows(
    `select distinct trial, attempt, epoch from data.confusion
     where trial in (select unnest($1::integer[])) order by trial, epoch`,
    list,
  );
  for (const [id, attempt, epoch] of epochs) {
    const trial = trials.get(Number(id))!;
    trial.confusions = [...trial.confusions, { attempt: Number(attempt), epoch: Number(epoch) }];
  }
}

const itemsOf = (value: DuckDBValue | undefined): readonly DuckDBValue[] =>
  value instanceof duckdb.DuckDBListValue ? value.items : [];
