import { type Reader, readRows } from '../../../core/results/reader.js';
import { observations, type RecordedObservation } from '../trials/observations.js';

/** The trials of a sweep, given by its name, in the order of their commits: see `observations`. */
export async function* sweepObservations(
  reader: Reader,
  sweep: string,
): AsyncGenerator<RecordedObservation, void, undefined> {
  const [row] = await readRows(reader, 'select id from data.sweeps where name = $1', [sweep]);
  yield* observations(reader, Number(row?.[0]));
}
