import type { Leaderboard } from '../../../core/results/leaderboard.js';
import type { SweepSummary } from '../../../core/trial/sweep-session.js';
import { runFinishCommand, type FinishOptions } from './run-finish-command.js';

/** Runs `on_finish` for the sweep. `ended`: `undefined` if the session broke off with an error. */
export async function runSweepCommand(
  options: FinishOptions,
  ended: { readonly summary: SweepSummary; readonly leaderboard: Leaderboard } | undefined,
): Promise<void> {
  const command = options.definition.onFinish?.sweep;
  if (command === undefined) return;
  const best = ended?.leaderboard.status.best;
  const { completed = 0, stopped = 0, failed = 0 } = ended?.summary ?? {};
  const variables = {
    SWEEP_EVENT: 'sweep',
    SWEEP_STATUS: ended === undefined ? 'error' : sessionStatus(ended.summary),
    ...{ SWEEP_COMPLETED: String(completed), SWEEP_STOPPED: String(stopped), SWEEP_FAILED: String(failed) },
    SWEEP_BEST_TRIAL: best === undefined ? '' : String(best.trial),
    SWEEP_BEST: best === undefined ? '' : String(best.objective),
  };
  await runFinishCommand(command, { what: 'the sweep', variables }, options);
}

/** How a session of a sweep ended, as `SWEEP_STATUS` says it. */
export function sessionStatus({ interrupted, timeUp, failed }: SweepSummary): string {
  if (interrupted) return 'interrupted';
  if (timeUp) return 'out-of-time';
  return failed > 0 ? 'failed' : 'finished';
}
