import type { EpochObservation, Observation } from '../../../core/trial/observation.js';
import type { FailureKind } from '../../../core/trial/failure.js';
import type { Params } from '../../../core/parameters.js';
import { cellNumber, cellText, type Cell } from '../../../core/results/query-result.js';
import type { Reader } from '../../../core/results/reader.js';
import type { TrialStatus } from '../../../core/trial/trial.js';

/** An observation with the best objective so far. */
export interface RecordedObservation extends Observation {
  /** Best finite value of the sweep's objective; `undefined` if no epoch has one. */
  readonly best: number | undefined;
}

/**
 * The recorded trials that a sweep (given by its number) declares, as samplers and stopping rules see them; running, paused and
 * failed ones included. Their order is that of the commits in which they joined the sweep: with their first start, or when
 * the sweep took them over from another one. Trial numbers have no influence on it. One query, so all rows show the database
 * at one moment; they are streamed, 2,048 trials at a time.
 *
 * The seconds of an epoch count from the epoch before in the same attempt, or from the start of the attempt; 0 if that time is
 * unknown, as for the first epoch taken over from an earlier trial.
 */
export async function* observations(
  reader: Reader,
  sweep: number,
): AsyncGenerator<RecordedObservation, void, undefined> {
  for await (const rows of await reader.query(SELECT_OBSERVATIONS, [sweep])) {
    for (const [id, key, position, params, seed, status, attempt, epochs, objectives, seconds, best, kind] of rows) {
      yield {
        ...{ id: Number(id), key: cellText(key), position: Number(position), seed: Number(seed) },
        ...{ params: JSON.parse(cellText(params)) as Params, status: status as TrialStatus, attempt: Number(attempt) },
        epochs: epochObservations(listOf(epochs), listOf(objectives), listOf(seconds)),
        best: cellNumber(best),
        failure: kind == null ? undefined : (kind as FailureKind),
      };
    }
  }
}

// Rows of `data.members` are never moved, so DuckDB's row ids have the order in which they were committed.
const SELECT_OBSERVATIONS = `
  with own as (
    select t.*, m.position, m.objective, m.rowid as joined
    from data.members m join data.trials t on t.id = m.trial
    where m.sweep = $1::integer and m.current
  ), reported as (
    select h.trial, h.attempt, h.epoch, min(h.recorded_at) as recorded_at,
      max(h.value) filter (h.metric = d.metric and isfinite(h.value)) as objective
    from data.history h join data.declarations d on d.sweep = $1::integer
    where h.trial in (select id from own)
    group by h.trial, h.attempt, h.epoch
  ), timed as (
    select r.trial, r.epoch, r.objective,
      coalesce(greatest(0, epoch(r.recorded_at - coalesce(
        lag(r.recorded_at) over (partition by r.trial, r.attempt order by r.epoch),
        a.started_at,
        case when o.attempt = r.attempt then o.attempt_started_at end
      ))), 0) as seconds
    from reported r
    join own o on o.id = r.trial
    left join data.attempts a on a.trial = r.trial and a.attempt = r.attempt
  ), curves as (
    select trial, list(epoch order by epoch) as epochs, list(objective order by epoch) as objectives,
      list(seconds order by epoch) as seconds
    from timed group by trial
  )
  select o.id, o.key, o.position::double, o.params, o.seed::double, o.status, o.attempt, c.epochs, c.objectives, c.seconds,
    o.objective, case when o.status = 'failed' then a.kind end
  from own o
  left join curves c on c.trial = o.id
  left join data.attempts a on a.trial = o.id and a.attempt = o.attempt
  order by o.joined`;

const listOf = (cell: Cell | undefined): readonly Cell[] => (Array.isArray(cell) ? (cell as readonly Cell[]) : []);

const epochObservations = (
  epochs: readonly Cell[],
  objectives: readonly Cell[],
  seconds: readonly Cell[],
): EpochObservation[] =>
  epochs.map((epoch, index) => ({
    epoch: Number(epoch),
    objective: cellNumber(objectives[index]),
    seconds: Number(seconds[index]),
  }));
