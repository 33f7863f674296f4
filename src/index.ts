/** For trainers of one's own, and for programs that read the events of `sweep run --json`. */
export { EnvironmentError, InputError, SweepwrightError } from './core/errors.js';
export type { SweepEvent } from './core/events.js';
export type { Params, ParamValue } from './core/parameters.js';
export { randomInt, seededRandom, shuffledIndices, type Random } from './core/random.js';
export type {
  CheckpointEvery,
  CheckpointFile,
  ClassCounts,
  Decision,
  EpochReport,
  Metrics,
  Preparation,
  Progress,
  Train,
  TrainerModule,
  TrainingContext,
} from './core/training.js';
