/** The public API: for programs that run sweeps and read results, and for trainers. See docs/api.md, docs/trainer-contract.md. */
export { planSweep, type SweepRequest } from './session/api/plan-sweep.js';
export { runSweep, type RunSweepRequest } from './session/api/run-sweep.js';
export { openResults, type Results } from './session/api/open-results.js';
export type { SweepOutcome } from './session/running/run-options.js';
export { EnvironmentError, InputError, SweepwrightError } from './core/errors.js';
export type { SweepEvent } from './core/trial/events.js';
export type { Params, ParamValue } from './core/parameters.js';
export type { PlanDescription } from './core/reports/plan-description.js';
export { randomInt, seededRandom, shuffledIndices, type Random } from './core/random.js';
export type { Leaderboard } from './core/results/leaderboard.js';
export type { Cell, QueryResult } from './core/results/query-result.js';
export type {
  CheckpointEvery,
  CheckpointFile,
  ClassCounts,
  Decision,
  EpochReport,
  Metrics,
  ParamsLike,
  Preparation,
  Progress,
  Train,
  TrainerModule,
  TrainingContext,
} from './core/trainer/training.js';
