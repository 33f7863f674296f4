import type { Objective } from '../../core/objective.js';
import { duckdb } from '../schema/duckdb.js';
import type { Transaction } from './transaction.js';

export interface ScoredSweep {
  readonly id: number;
  readonly objective: Objective;
}

/** Computes the standings of all members of a sweep from their epochs, after its objective has changed. */
export async function rescoreSweep(tx: Transaction, sweep: ScoredSweep): Promise<void> {
  await chooseTrials(tx, []);
  await tx.execute('insert into temp.chosen select trial from data.members where sweep = $1::integer', [sweep.id]);
  await rescoreChosen(tx, sweep);
}

/** Puts trial numbers into the temporary table `chosen` for the statements that follow. */
export async function chooseTrials(tx: Transaction, trials: readonly number[]): Promise<void> {
  await tx.stage(
    'chosen',
    { trial: duckdb.INTEGER },
    trials.map((trial) => [trial]),
  );
}

/** Computes best epoch, objective and score of the trials in `temp.chosen`, which are members of the sweep. */
export async function rescoreChosen(tx: Transaction, { id, objective }: ScoredSweep): Promise<void> {
  const [best, sign] = objective.goal === 'maximize' ? ['max', -1] : ['min', 1];
  await tx.execute(
    `update data.members set best_epoch = null, objective = null, score = null
     where sweep = $1::integer and trial in (from temp.chosen)`,
    [id],
  );
  await tx.execute(
    `update data.members set
       best_epoch = b.epoch,
       objective = b.value,
       score = case when b.status in ('completed', 'stopped') then ${sign} * b.value end
     from (
       with reported as (
         select trial, epoch, value from data.history
         where metric = $2::varchar and isfinite(value) and trial in (from temp.chosen)
       ), best as (
         select trial, ${best}(value) as value from reported group by trial
       )
       select trial, value, min(epoch) as epoch, any_value(t.status) as status
       from reported join best using (trial, value) join data.trials t on t.id = trial
       group by trial, value
     ) b
     where data.members.sweep = $1::integer and data.members.trial = b.trial`,
    [id, objective.metric],
  );
}
