import { isRepeated, pointNames, type Leaderboard } from '../../core/results/leaderboard.js';
import type { Reader } from '../../core/results/reader.js';
import { resolveSweep } from '../../store/reading/queries/sweep-names.js';
import { sweepStatus } from '../../store/reading/queries/sweep-status.js';
import { topPoints } from '../../store/reading/queries/top-points.js';
import { topTrials } from '../../store/reading/queries/top-trials.js';
import { withReader } from './with-reader.js';

export interface LeaderboardRequest {
  /** Path of the database. */
  readonly db: string;
  /** Name of the sweep. @default the sweep that ran last */
  readonly sweep: string | undefined;
  /** Trials, or points, to read. */
  readonly count: number;
}

/** The best trials of a sweep. @throws {InputError} NO_DATABASE, UNKNOWN_SWEEP, NO_SWEEPS */
export const readLeaderboard = ({ db, sweep, count }: LeaderboardRequest): Promise<Leaderboard> =>
  withReader(db, async (reader) => leaderboardOf(reader, await resolveSweep(reader, sweep), count));

/** The best `count` trials, or points, of a sweep in an open database. */
export async function leaderboardOf(reader: Reader, sweep: string, count: number): Promise<Leaderboard> {
  const [status, top] = await Promise.all([sweepStatus(reader, sweep), topTrials(reader, sweep, count)]);
  const points = isRepeated(top) ? await topPoints(reader, sweep, pointNames(top.varying), count) : undefined;
  return { status, ...top, points };
}
