import type { StatusReport } from '../../core/results/sweep-status.js';
import { isoTime, jsonText } from './json-text.js';

/** The progress of sweeps for programs: docs/json/status.schema.json. */
export const statusJson = ({ sweeps, running, checkpoints, holder }: StatusReport): string =>
  jsonText({
    process: holder ? { pid: holder.pid, sweep: holder.sweep, started_at: isoTime(holder.startedAt) } : null,
    sweeps: sweeps.map(({ name, metric, goal, target, declared, counts, best, lastRunAt }) => ({
      ...{ sweep: name, metric, goal, target: target ?? null, declared: declared ?? null, ...counts },
      best_trial: best?.trial ?? null,
      best_objective: best?.objective ?? null,
      last_run_at: isoTime(lastRunAt),
      checkpoints: checkpoints.get(name) ?? { files: 0, bytes: 0 },
    })),
    running: running.map(({ epoch, objective, startedAt, ...trial }) => ({
      ...trial,
      epoch: epoch ?? null,
      objective: objective ?? null,
      started_at: isoTime(startedAt),
    })),
  });
