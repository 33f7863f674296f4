import type { AttemptEnvironment } from '../../core/events.js';
import { isBetter, type Objective } from '../../core/objective.js';
import type { Metrics } from '../../core/training.js';
import type { TrialSource } from '../../core/trial.js';
import type { Value } from './transaction.js';

/** How a trial does in one of the sweeps that it belongs to. */
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

/** A trial that something happens to: what its row holds, and what is needed to go on from there. */
export interface LiveTrial {
  readonly id: number;
  /** Changed by `moveTrial` alone. */
  status: TrialSource;
  attempt: number;
  failures: number;
  environment: AttemptEnvironment;
  attemptStartedAt: number;
  endedAt: number | undefined;
  /** Training time of all attempts that have ended. */
  seconds: number | undefined;
  readonly standings: readonly Standing[];
  /** The epochs that count, each with those of its metrics that some sweep ranks by: what a rewind goes back through. */
  history: { readonly epoch: number; readonly metrics: Metrics }[];
  /** What it can go on from: files by name, with the epoch that each is of. */
  readonly checkpoints: Map<string, ReportedEpoch>;
  /** The epochs that were the best when they were reported, and have their confusion kept. */
  confusions: readonly ReportedEpoch[];
  /** Whether its latest attempt has reported an epoch. */
  reported: boolean;
  /** Share of that attempt's training in which it waited for input, as last reported. */
  inputWait?: number | undefined;
}

/** Adds an epoch to a trial; returns the standings that it bettered. */
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

/** Forgets the epochs from `epoch` on; returns whether there were any. */
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

/** `best_epoch`, `objective` and `score` of `data.members`. Signed so that less is better, a score is only for finished trials. */
export function standingValues({ status }: LiveTrial, { best, bestEpoch, objective }: Standing): Value[] {
  const ranks = best !== undefined && (status === 'completed' || status === 'stopped');
  return [bestEpoch ?? null, best ?? null, ranks ? (objective.goal === 'maximize' ? -best : best) : null];
}
