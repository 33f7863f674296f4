import type { AttemptEnvironment } from '../../../core/trial/events.js';
import { isBetter, type Objective } from '../../../core/objective.js';
import type { Metrics } from '../../../core/trainer/training.js';
import type { TrialSource } from '../../../core/trial/trial.js';
import type { Value } from '../transaction.js';

/** The best epoch of a trial by the objective of one of its sweeps. */
export interface Standing {
  readonly sweep: number;
  readonly objective: Objective;
  /** Whether the trial has a row in `data.members` for this sweep. */
  stored: boolean;
  best: number | undefined;
  bestEpoch: number | undefined;
}

export interface ReportedEpoch {
  readonly attempt: number;
  readonly epoch: number;
}

/** A trial under way in memory: the values of its row, and what later events depend on. */
export interface LiveTrial {
  readonly id: number;
  /** Changed by `moveTrial` alone. */
  status: TrialSource;
  attempt: number;
  failures: number;
  environment: AttemptEnvironment;
  attemptStartedAt: number;
  endedAt: number | undefined;
  /** Training time of all attempts that have ended, in seconds; `undefined` before the first end. */
  seconds: number | undefined;
  readonly standings: readonly Standing[];
  /** Epochs that are not superseded, with the metrics that a sweep ranks by. A rewind replays them. */
  history: { readonly epoch: number; readonly metrics: Metrics }[];
  /** Checkpoints on disk: the epoch that each file was written after, by file name. */
  readonly checkpoints: Map<string, ReportedEpoch>;
  /** Epochs that have rows in `data.confusion`: each was the best one when it was reported. */
  confusions: readonly ReportedEpoch[];
  /** Whether its latest attempt has reported an epoch. */
  reported: boolean;
  /** Share of the latest attempt's training time spent waiting for input, from 0 to 1, as last reported. */
  inputWait?: number | undefined;
}

/** Adds an epoch to a trial; returns the standings whose best value it improved. */
export function addEpoch(trial: LiveTrial, epoch: number, metrics: Metrics): Standing[] {
  const kept: Record<string, number> = {};
  const bettered = trial.standings.filter((standing) => {
    const value = metrics[standing.objective.metric];
    if (value === undefined) return false;
    kept[standing.objective.metric] = value;
    if (!isBetter(standing.objective, value, standing.best)) return false;
    standing.best = value;
    standing.bestEpoch = epoch;
    return true;
  });
  trial.history.push({ epoch, metrics: kept });
  return bettered;
}

/** Removes `epoch` and all later epochs from the trial in memory; returns whether there were any. */
export function rewind(trial: LiveTrial, epoch: number): boolean {
  const before = trial.history.filter((entry) => entry.epoch < epoch);
  if (before.length === trial.history.length) return false;
  trial.history = [];
  trial.confusions = trial.confusions.filter((kept) => kept.epoch < epoch);
  for (const standing of trial.standings) {
    standing.best = undefined;
    standing.bestEpoch = undefined;
  }
  for (const entry of before) addEpoch(trial, entry.epoch, entry.metrics);
  return true;
}

/**
 * Values of `best_epoch`, `objective` and `score` in `data.members`. The score is the objective of a finished trial, signed so
 * that less is better; NULL for other trials.
 */
export function standingValues({ status }: LiveTrial, { best, bestEpoch, objective }: Standing): Value[] {
  const ranks = best !== undefined && (status === 'completed' || status === 'stopped');
  return [bestEpoch ?? null, best ?? null, ranks ? (objective.goal === 'maximize' ? -best : best) : null];
}
