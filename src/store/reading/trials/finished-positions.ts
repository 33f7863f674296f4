import { type Reader, readRows } from '../../../core/results/reader.js';

/** Positions in the declared order, from `from` up to but not including `to`. */
export interface PositionRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Positions of a sweep's finished trials (completed or stopped), in ascending order, without those that confirm others. A million consecutive positions are one
 * range, so a resume needs neither keys nor parameters of finished trials.
 */
export async function finishedPositions(reader: Reader, sweep: number): Promise<PositionRange[]> {
  const rows = await readRows(
    reader,
    `with finished as (
       select position from data.members
       where sweep = $1::integer and current and confirms is not true
         and trial not in (select id from data.trials where status in ('queued', 'running', 'paused', 'failed'))
     ), numbered as (
       select position, position - row_number() over (order by position) as island from finished
     )
     select min(position)::double, max(position)::double + 1 from numbered group by island order by 1`,
    [sweep],
  );
  return rows.map(([from, to]) => ({ from: Number(from), to: Number(to) }));
}
