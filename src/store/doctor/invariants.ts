import type { Objective } from '../../core/objective.js';
import { recoverLostTrials } from '../recording/recover.js';
import { rescoreSweep } from '../recording/scores.js';
import type { Transaction } from '../recording/transaction.js';
import { TABLES_OF_TRIALS } from '../schema/tables-of-trials.js';
import { repairBy, type Invariant } from './invariant.js';

/** Deleting these rows loses nothing: no view shows rows without a trial. */
const orphans = (table: string): Invariant => ({
  says: `every row of ${table} belongs to a trial`,
  offenders: `select distinct 'trial ' || trial as what from data.${table} where trial not in (select id from data.trials)`,
  repair: repairBy('deletes these rows', `delete from data.${table} where trial not in (select id from data.trials)`),
});

/** SQL for the row ids of duplicates: rows equal in the columns `same`, without the first one in the order `keep`. */
const surplus = (table: string, same: string, keep: string, where = 'true'): string =>
  `select rowid from data.${table} where ${where} qualify row_number() over (partition by ${same} order by ${keep}) > 1`;

/** Range tests with missing points. Those without any point are included, so that a repair can clear one table after another. */
const BROKEN_FINDS = `select f.id from data.lr_finds f left join data.lr_find_points p on p.lr_find = f.id group by f.id
  having count(p.step) = 0 or count(distinct p.step) <> count(p.step) or max(p.step) <> count(p.step)`;

export const INVARIANTS: readonly Invariant[] = [
  ...TABLES_OF_TRIALS.map(orphans),
  {
    says: 'every member belongs to a sweep',
    offenders:
      "select distinct 'sweep number ' || sweep as what from data.members where sweep not in (select id from data.sweeps)",
    repair: repairBy('deletes these rows', 'delete from data.members where sweep not in (select id from data.sweeps)'),
  },
  {
    says: 'every sweep has a declaration',
    offenders: "select 'sweep ' || name as what from data.sweeps where id not in (select sweep from data.revisions)",
  },
  {
    says: 'a trial is in a sweep once',
    offenders: `select 'trial ' || trial as what from data.members group by sweep, trial having count(*) > 1`,
    repair: repairBy(
      'keeps one row of each',
      `delete from data.members where rowid in (${surplus('members', 'sweep, trial', 'current desc, rowid')})`,
    ),
  },
  {
    says: 'every point belongs to a range test',
    offenders: `select distinct 'range test ' || lr_find as what from data.lr_find_points
      where lr_find not in (select id from data.lr_finds)`,
    repair: repairBy(
      'deletes these rows',
      'delete from data.lr_find_points where lr_find not in (select id from data.lr_finds)',
    ),
  },
  {
    says: 'a range test has every step exactly once',
    offenders: `select 'range test ' || id as what from (${BROKEN_FINDS})`,
    repair: repairBy(
      'deletes the range test, so that it runs again',
      `delete from data.lr_find_points where lr_find in (${BROKEN_FINDS})`,
      `delete from data.lr_find_sweeps where lr_find in (${BROKEN_FINDS})`,
      `delete from data.lr_finds where id in (${BROKEN_FINDS})`,
    ),
  },
  {
    says: 'a sweep uses only range tests that exist',
    offenders: `select distinct 'sweep number ' || sweep || ', range test ' || lr_find as what from data.lr_find_sweeps
      where lr_find not in (select id from data.lr_finds) or sweep not in (select id from data.sweeps)`,
    repair: repairBy(
      'deletes these rows',
      `delete from data.lr_find_sweeps
       where lr_find not in (select id from data.lr_finds) or sweep not in (select id from data.sweeps)`,
    ),
  },
  {
    says: 'an attempt ends once',
    offenders: `select 'attempt ' || attempt || ' of trial ' || trial as what from data.attempts
      group by trial, attempt having count(*) > 1`,
  },
  {
    says: 'a metric has one value in an epoch',
    offenders: `select metric || ' in epoch ' || epoch || ' of trial ' || trial as what from data.history
      group by trial, epoch, metric having count(*) > 1`,
    repair: repairBy(
      'keeps the latest value',
      `update data.epochs set superseded = true
       where rowid in (${surplus('epochs', 'trial, epoch, metric', 'attempt desc, rowid desc', 'not superseded')})`,
    ),
  },
  {
    // A user's trainer may skip epochs; the built-in one never does.
    says: 'curves of the built-in trainer have no gap',
    offenders: `select 'trial ' || trial || ', which has ' || count(distinct epoch) || ' of ' || max(epoch) || ' epochs' as what
      from data.history
      where trial in (
        select m.trial from data.members m join data.declarations d on d.sweep = m.sweep where d.trainer = 'image-classifier'
      )
      group by trial having count(distinct epoch) <> max(epoch)`,
  },
  {
    says: 'a trial that has ended has the attempt that ended it',
    offenders: `select 'trial ' || t.id as what from data.trials t
      where t.status in ('completed', 'stopped', 'failed') and not exists (
        from data.attempts a where a.trial = t.id and a.attempt = t.attempt and a.outcome = t.status
      )`,
  },
  {
    says: 'a trial counts the attempts that failed',
    offenders: `select 'trial ' || t.id || ', which counts ' || t.failures || ' instead of ' || count(a.trial) as what
      from data.trials t left join data.attempts a on a.trial = t.id and a.outcome = 'failed'
      group by t.id, t.failures having count(a.trial) <> t.failures`,
    repair: repairBy(
      'counts them again',
      `update data.trials set failures = (
         select count(*) from data.attempts a where a.trial = data.trials.id and a.outcome = 'failed'
       )`,
    ),
  },
  {
    // Standings of running trials are written late (see recorder.ts), so running trials are left out.
    says: 'the best epoch is the one that the curve has',
    offenders: `
      with reported as (
        select m.sweep, m.trial, e.epoch, case d.goal when 'maximize' then -e.value else e.value end as score
        from data.members m
        join data.declarations d on d.sweep = m.sweep
        join data.history e on e.trial = m.trial and e.metric = d.metric
        where isfinite(e.value)
      ), best as (
        select sweep, trial, min(score) as score from reported group by sweep, trial
      ), recomputed as (
        select sweep, trial, any_value(score) as score, min(epoch) as epoch
        from reported join best using (sweep, trial, score) group by sweep, trial
      )
      select 'trial ' || m.trial || ' in sweep ' || s.name as what
      from data.members m
      join data.sweeps s on s.id = m.sweep
      join data.declarations d on d.sweep = m.sweep
      join data.trials t on t.id = m.trial
      left join recomputed r on r.sweep = m.sweep and r.trial = m.trial
      where t.status <> 'running' and (
        m.best_epoch is distinct from r.epoch
        or m.objective is distinct from (case d.goal when 'maximize' then -r.score else r.score end)
        or m.score is distinct from (case when t.status in ('completed', 'stopped') then r.score end)
      )`,
    repair: { does: 'computes it again', run: rescoreAll },
  },
  {
    says: 'a checkpoint file has one row',
    offenders: `select file || ' of trial ' || trial as what from data.checkpoints where removed_at is null
      group by trial, file having count(*) > 1`,
    repair: repairBy(
      'keeps the latest and marks the others removed',
      `update data.checkpoints set removed_at = recorded_at
       where rowid in (${surplus('checkpoints', 'trial, file', 'attempt desc, epoch desc', 'removed_at is null')})`,
    ),
  },
];

/** Checked only if no process has the database open: otherwise that process runs these trials. */
export const NOTHING_RUNS: Invariant = {
  says: 'no trial runs without a process',
  offenders: `select 'trial ' || id || ' on ' || device as what from data.trials where status = 'running'`,
  repair: { does: 'pauses them until sweep resume', run: (tx) => recoverLostTrials(tx, 'interrupt') },
};

async function rescoreAll(tx: Transaction): Promise<void> {
  for (const [id, metric, goal] of await tx.rows('select sweep, metric, goal from data.declarations')) {
    const objective: Objective = { metric: String(metric), goal: goal === 'maximize' ? 'maximize' : 'minimize' };
    await rescoreSweep(tx, { id: Number(id), objective });
  }
}
