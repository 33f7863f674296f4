import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptConditions, TrialDetails } from '../../core/results/trial-details.js';
import { InputError } from '../../core/errors.js';
import type { Comparison, Curve, Reproduction } from '../../core/reports/reproduction.js';
import type { Metrics } from '../../core/trainer/training.js';
import { deviceName, resolveDevices, type Device } from '../../executor/hosts/devices.js';
import { describeProcessors } from '../../executor/hosts/processors.js';
import type { TrialReference } from '../../core/trial/trial-reference.js';
import { connect } from '../../store/reading/connect.js';
import type { StoredSweep } from '../../core/trial/declaration.js';
import { sweepAt } from '../../store/reading/find-sweep.js';
import { resolveTrial } from '../../store/reading/queries/resolve-trial.js';
import { trialCheckpoints } from '../../store/reading/queries/checkpoints.js';
import { trialConditions } from '../../store/reading/queries/trial-conditions.js';
import { trialDetails, trialMetrics } from '../../store/reading/queries/trial-details.js';
import { trialKeys } from '../../search/trial-key.js';
import { readArrays } from '../../trainer/training/checkpoints/array-file.js';
import { compareCurves, compareStates } from './compare-runs.js';
import { replanSweep, type PlannedSweep } from '../planning/planned-sweep.js';
import { repeatTrial } from './repeat-trial.js';
import { differingConditions, type RunConditions } from './run-conditions.js';
import { tensorflowVersion } from '../tensorflow-version.js';
import { resultFolders } from '../result-folders.js';
import type { Surroundings } from '../surroundings.js';

export interface ReproduceOptions extends Surroundings {
  readonly onEpoch: (epoch: { readonly epoch: number; readonly epochs: number; readonly isIdentical: boolean }) => void;
}

/** The recorded data of a trial that is to be run again. */
interface RecordedTrial {
  readonly details: TrialDetails;
  readonly curve: Curve;
  /** Conditions of the attempts that make up the curve. */
  readonly conditions: readonly AttemptConditions[];
  /** The sweep's declaration during the last of these attempts. */
  readonly declared: StoredSweep;
  /** Absolute paths of kept checkpoints, by epoch. */
  readonly kept: ReadonlyMap<number, string>;
}

/**
 * Runs a trial again from its first epoch, under its recorded conditions as far as this machine offers them, and compares every epoch
 * with the recorded one. Records nothing.
 *
 * @param onEpoch - called after each epoch; `isIdentical`: its metrics equal the recorded ones to the last bit
 * @returns `undefined` if the user interrupts
 * @throws {InputError} NO_DATABASE, NO_BEST_TRIAL, UNKNOWN_TRIAL, TRIAL_UNFINISHED, NOTHING_RECORDED; what `replanSweep` and `repeatTrial` throw
 */
export async function reproduceTrial(
  db: string,
  reference: TrialReference,
  { onEpoch, ...surroundings }: ReproduceOptions,
): Promise<Reproduction | undefined> {
  const record = await readRecord(db, reference);
  const { details, curve, conditions, declared, kept } = record;
  const { cacheDir } = resultFolders(db);
  await mkdir(cacheDir, { recursive: true });
  const sweep = await replanSweep(declared, cacheDir);
  const then = conditions.at(-1)!;
  const device = await findDevice(then.device, surroundings.environment);
  const { key, seed, params } = details;
  const epochs = [...curve.keys()];
  const repeated = new Map<number, Metrics>();
  let weights: Comparison | undefined;
  const result = await repeatTrial({
    ...surroundings,
    ...{ sweep, trial: { id: details.trial, key, seed, params, position: 0 }, device, threads: then.threads, cacheDir },
    ...{ microBatch: then.microBatch, lastEpoch: Math.max(...epochs) },
    onEpoch: (epoch, metrics, checkpoint) => {
      repeated.set(epoch, metrics);
      const recorded = curve.get(epoch);
      if (recorded === undefined) return;
      const { isIdentical } = compareCurves(new Map([[epoch, recorded]]), repeated);
      onEpoch({ epoch, epochs: Math.max(...epochs), isIdentical });
      const file = kept.get(epoch);
      if (file !== undefined && checkpoint !== undefined) weights = compareCheckpoints(file, checkpoint) ?? weights;
    },
  });
  if (result === undefined) return undefined;
  const now = await conditionsNow({ sweep, device, environment: surroundings.environment }, result.environment);
  return {
    recorded: curve,
    curve: compareCurves(curve, repeated),
    weights,
    excuses: [
      ...differingConditions(conditions, now),
      ...otherFiles(record, sweep),
      ...(device.kind === 'gpu' ? ['a GPU adds up in another order each time'] : []),
    ],
  };
}

async function readRecord(db: string, reference: TrialReference): Promise<RecordedTrial> {
  const reader = await connect(db);
  try {
    const id = await resolveTrial(reader, reference);
    const details = await trialDetails(reader, id);
    const { state, key } = details;
    if (state === 'running') {
      throw new InputError('TRIAL_UNFINISHED', `trial ${id} is running`, { hint: 'Wait for its end: `sweep status`.' });
    }
    const conditions = await trialConditions(reader, id, { counting: true });
    const last = conditions.at(-1);
    if (last === undefined) {
      throw new InputError('NOTHING_RECORDED', `trial ${id} has no epoch that could be compared with`, {
        hint: `It is ${state}; \`sweep show ${id}\` says more.`,
      });
    }
    const { checkpointRoot } = resultFolders(db);
    const isBuiltin = last.trainerVersion.startsWith(last.trainer);
    const kept = isBuiltin ? await trialCheckpoints(reader, id) : [];
    return {
      details,
      curve: await trialMetrics(reader, id),
      conditions,
      declared: await sweepAt(reader, last.sweep, last.revision),
      kept: new Map(kept.map(({ epoch, file }) => [epoch, join(checkpointRoot, key, file)])),
    };
  } finally {
    await reader.close();
  }
}

/** The device that the trial ran on, or this machine's first device if it does not exist here. */
async function findDevice(name: string, environment: NodeJS.ProcessEnv): Promise<Device> {
  const devices = await resolveDevices([name], environment).catch((error: unknown) => {
    if (error instanceof InputError && error.code === 'UNKNOWN_DEVICE') return resolveDevices(['auto'], environment);
    throw error;
  });
  return devices[0]!;
}

/** `undefined` if the kept checkpoint cannot be read. */
function compareCheckpoints(kept: string, repeated: string): Comparison | undefined {
  const [then, now] = [readArrays(kept), readArrays(repeated)];
  return then.whole && now.whole ? compareStates(then.arrays, now.arrays) : undefined;
}

async function conditionsNow(
  {
    sweep: { trainer, dataset },
    device,
    environment,
  }: { readonly sweep: PlannedSweep; readonly device: Device; readonly environment: NodeJS.ProcessEnv },
  { threads, microBatch }: { readonly threads: number; readonly microBatch?: number },
): Promise<RunConditions> {
  const { cpu, gpus } = await describeProcessors([device], environment);
  const name = deviceName(device);
  return {
    ...{ device: name, threads, microBatch, cpu, gpu: gpus[name] },
    tensorflow: trainer.needsTensorflow ? await tensorflowVersion() : undefined,
    node: process.versions.node,
    trainerVersion: trainer.version,
    datasetFingerprint: dataset?.fingerprint,
  };
}

/** If trainer and dataset are unchanged but the trial's key is not, the files that its parameters name have changed. */
function otherFiles({ details, conditions }: RecordedTrial, { identity, trainer, dataset }: PlannedSweep): string[] {
  const { key, params, seed } = details;
  const last = conditions.at(-1)!;
  const isSame = last.trainerVersion === trainer.version && last.datasetFingerprint === dataset?.fingerprint;
  if (!isSame || trialKeys(identity)(params, seed) === key) return [];
  return ['the content of the files that its parameters name'];
}
