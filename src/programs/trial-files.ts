import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrainingContext } from '../core/trainer/training.js';
import { argumentsJson, commandLine } from './command/command-line.js';
import type { ProgramSettings } from './program-settings.js';
import { lastCheckpoint } from './reports/saved-checkpoints.js';

/** What a program reads about its trial. */
const TRIAL = 'trial.json';
/** Parameters as `${args_json}` has them. */
const ARGUMENTS = 'args.json';
/** Working folder of a trial with `cwd: trial`. */
const WORK = 'work';
/** Has the Python module `sweepwright`. */
const PYTHON = fileURLToPath(new URL('../../../python', import.meta.url));
/** Has a module `wandb` that takes the place of W&B's. */
const WANDB = join(PYTHON, 'wandb_stand_in');

export interface TrialSetting {
  readonly context: TrainingContext;
  readonly settings: ProgramSettings;
  /** Where the program reports. */
  readonly socket: string;
  /** Environment of the host. */
  readonly environment: NodeJS.ProcessEnv;
}

/** What a trial's program is started with. */
export interface Start {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Writes the files that a trial's program reads, and says how it is started. */
export async function prepareTrial({ context, settings, socket, environment: host }: TrialSetting): Promise<Start> {
  const { params, seed, checkpointDir: folder, dataset, device, recordedEpochs } = context;
  const { command, passing, reporter, objective } = settings;
  const argumentsFile = join(folder, ARGUMENTS);
  const json = argumentsJson({ params, passing, seed });
  if (command.includes('${args_json_file}')) writeFileSync(argumentsFile, json);
  const saved = await lastCheckpoint(folder, recordedEpochs);
  const trial = {
    protocol: 1,
    params: JSON.parse(json) as unknown,
    ...{ seed, device, dataset: dataset ?? null, metric: objective },
    checkpoint_dir: folder,
    checkpoint: saved === undefined ? null : join(folder, saved.file),
    resumed_epoch: saved?.epoch ?? 0,
  };
  writeFileSync(join(folder, TRIAL), JSON.stringify(trial, null, 2));
  const cwd = settings.cwd === 'file' ? settings.folder : join(folder, WORK);
  mkdirSync(cwd, { recursive: true });
  const environment: NodeJS.ProcessEnv = {
    ...host,
    PYTHONPATH: [...(reporter === 'wandb' ? [WANDB] : []), PYTHON, host['PYTHONPATH']].filter(Boolean).join(delimiter),
    // Python keeps what it prints to a pipe until it has some kilobytes.
    PYTHONUNBUFFERED: host['PYTHONUNBUFFERED'] ?? '1',
    OMP_NUM_THREADS: host['OMP_NUM_THREADS'] ?? host['TF_NUM_INTRAOP_THREADS'],
    SWEEPWRIGHT_TRIAL: join(folder, TRIAL),
    SWEEPWRIGHT_SOCKET: socket,
  };
  return { words: commandLine({ ...settings, params, seed, argumentsFile, environment: host }), cwd, environment };
}
