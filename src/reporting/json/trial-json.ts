import type { AttemptDetails, Membership, TrialReport } from '../../core/results/trial-details.js';
import { isoTime, jsonText } from './json-text.js';

/** Everything about a trial for programs: docs/json/show.schema.json. */
export function trialJson({ details, curves, classes, checkpoints }: TrialReport): string {
  const { trial, key, state, seed, params, note, tags, attempt, failures, device, slot, threads } = details;
  return jsonText({
    ...{ trial, trial_key: key, state, seed, params, note: note ?? null, tags },
    ...{ attempt, failures, device, slot, threads },
    started_at: isoTime(details.startedAt),
    ended_at: isoTime(details.endedAt),
    seconds: details.seconds ?? null,
    sweeps: details.memberships.map(membershipRow),
    curves,
    classes,
    checkpoints: checkpoints.map(({ epoch, file, bytes, best }) => ({ epoch, file, bytes, best })),
    attempts: details.attempts.map(attemptRow),
    warnings: details.warnings.map(({ at, ...warning }) => ({ ...warning, recorded_at: isoTime(at) })),
  });
}

const membershipRow = ({ sweep, objective, current, rank, best, bestEpoch, origin }: Membership): object => ({
  ...{ sweep, metric: objective.metric, goal: objective.goal, target: objective.target ?? null, current },
  rank: rank ?? null,
  objective: best ?? null,
  best_epoch: bestEpoch ?? null,
  proposed_as: origin ?? null,
});

const attemptRow = ({ startedAt, endedAt, microBatch, inputWait, ...attempt }: AttemptDetails): object => ({
  ...{ attempt: attempt.attempt, device: attempt.device, slot: attempt.slot, outcome: attempt.outcome },
  started_at: isoTime(startedAt),
  ended_at: isoTime(endedAt),
  ...{ kind: attempt.kind ?? null, code: attempt.code ?? null, message: attempt.message ?? null },
  stack: attempt.stack ?? null,
  micro_batch: microBatch ?? null,
  input_wait: inputWait ?? null,
});
