import { type Reader, readRows } from '../../core/results/reader.js';

/** Places in the declared order from `from` up to but not including `to`. */
export interface PositionRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Where a sweep's finished trials (completed or stopped) stand in the declared order, in its order: a million that follow each
 * other are one range, so that going on needs neither their keys nor their parameters.
 */
export async function finishedPositions(reader: Reader, sweep: number): Promise<PositionRange[]> {
  const rows = await readRows(
    reader,
    `with finished as (
       select position from data.members
       where sweep = $1::integer and current
         and trial not in (select id from data.trials where status in ('queued', 'running', 'paused', 'failed'))
     ), numbered as (
       select position, position - row_number() over (order by position) as island from finished
     )
     select min(position)::double, max(position)::double + 1 from numbered group by island order by 1`,
    [sweep],
  );
  return rows.map(([from, to]) => ({ from: Number(from), to: Number(to) }));
}
