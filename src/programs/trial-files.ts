import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainingContext } from '../core/trainer/training.js';
import { argumentsJson, commandLine } from './command-line.js';
import type { ProgramSettings } from './program-settings.js';

/** Parameters as `${args_json}` has them. */
const ARGUMENTS = 'args.json';
/** Working folder of a trial with `cwd: trial`. */
const WORK = 'work';

/** What a trial's program is started with. */
export interface Start {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Writes the files that a trial's program reads, and says how it is started. */
export function prepareTrial(context: TrainingContext, settings: ProgramSettings, host: NodeJS.ProcessEnv): Start {
  const { params, seed, checkpointDir, dataset } = context;
  const { command, passing, folder, cwd } = settings;
  const argumentsFile = join(checkpointDir, ARGUMENTS);
  if (command.includes('${args_json_file}')) writeFileSync(argumentsFile, argumentsJson({ params, passing, seed }));
  const work = cwd === 'file' ? folder : join(checkpointDir, WORK);
  mkdirSync(work, { recursive: true });
  const environment: NodeJS.ProcessEnv = {
    ...host,
    // Python keeps what it prints to a pipe until it has some kilobytes.
    PYTHONUNBUFFERED: host['PYTHONUNBUFFERED'] ?? '1',
    OMP_NUM_THREADS: host['OMP_NUM_THREADS'] ?? host['TF_NUM_INTRAOP_THREADS'],
    SWEEPWRIGHT_SEED: String(seed),
    SWEEPWRIGHT_CHECKPOINT_DIR: checkpointDir,
    ...(dataset !== undefined && { SWEEPWRIGHT_DATASET: dataset }),
  };
  return {
    words: commandLine({ ...settings, params, seed, argumentsFile, environment: host }),
    cwd: work,
    environment,
  };
}
