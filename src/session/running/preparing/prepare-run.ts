import { availableParallelism } from 'node:os';
import { InputError } from '../../../core/errors.js';
import { formatCount } from '../../../core/format.js';
import type { Device } from '../../../executor/hosts/devices.js';
import { threadsPerSlot } from '../../../executor/hosts/host-environment.js';
import { describeProcessors, type Processors } from '../../../executor/hosts/processors.js';
import { largestAxes } from '../../../search/plan.js';
import { knownSweep } from '../../../store/reading/find-sweep.js';
import type { Store } from '../../../store/store.js';
import type { SweepHandle } from '../../../store/sweep-handle.js';
import type { PlannedSweep, SweepSource } from '../../planning/planned-sweep.js';
import { declarationOf } from '../../planning/sweep-declaration.js';
import { findRates } from '../../range-tests/found-rates.js';
import { resultFolders } from '../../result-folders.js';
import { askedDevices, recordedSweep, type AskedDevices } from './asked-devices.js';
import { cacheLimit } from './cache-limit.js';
import { askedSlots, chooseSlots } from './choose-slots.js';
import type { RunContext, RunOptions } from '../run-options.js';
import { chooseThreads } from './sweep-threads.js';

/** A sweep that is declared in its database, with everything that it runs on. */
export interface PreparedRun {
  readonly sweep: PlannedSweep;
  readonly store: Store;
  readonly handle: SweepHandle;
  readonly devices: readonly Device[];
  /** Trials at a time on each device. */
  readonly slots: number;
  /** TensorFlow's threads for each slot. */
  readonly threads: number;
  /** What the user should know about these conditions, a line each. */
  readonly notes: readonly string[];
  /** Size limit of the cache, in bytes. */
  readonly cacheBytes: number;
  readonly cacheDir: string;
  readonly checkpointRoot: string;
  readonly options: RunOptions;
  readonly context: RunContext;
}

/** What a sweep runs on. */
export interface Resources extends AskedDevices {
  readonly processors: Processors;
  /** Size limit of the cache, in bytes. */
  readonly cacheBytes: number;
}

/**
 * Checks all that can be checked before a database is opened, so that a refused sweep leaves no file behind.
 *
 * @throws {InputError} NO_TRIALS, TOO_MANY_TRIALS, CACHE_LIMIT_INVALID, UNKNOWN_DEVICE
 * @throws {EnvironmentError} GPU_DRIVER, and what `connect` throws
 */
export async function findResources(
  planned: PlannedSweep,
  options: RunOptions,
  { environment }: RunContext,
): Promise<Resources> {
  requireSize(planned, options);
  const cacheBytes = cacheLimit(environment);
  const { definition } = planned;
  const recorded = options.devices === undefined ? await recordedSweep(options.db, definition.name) : undefined;
  const asked = await askedDevices({ flag: options.devices, definition, recorded, environment });
  return { ...asked, processors: await describeProcessors(asked.devices, environment), cacheBytes };
}

export interface PrepareOptions {
  readonly planned: PlannedSweep;
  readonly resources: Resources;
  readonly source: SweepSource;
  readonly store: Store;
  readonly options: RunOptions;
  readonly context: RunContext;
}

/** Chooses slots and threads, declares the sweep, and finds its learning rates. `undefined` if interrupted. */
export async function prepareRun(parts: PrepareOptions): Promise<PreparedRun | undefined> {
  const { planned, resources, source, store, options, context } = parts;
  const { devices, processors, cacheBytes } = resources;
  const { definition } = planned;
  const { environment, observer, interrupts, now } = context;
  const folders = resultFolders(options.db);
  const recorded = await knownSweep(store.reader, definition.name);
  const asked = askedSlots(options.slots, definition, recorded);
  const { slots, notes: slotNotes } = await chooseSlots(planned, asked.slots, {
    ...{ devices, processors, environment, cacheDir: folders.cacheDir },
    threads: options.threads ?? recorded?.threads,
    say: (line) => observer.calibrating(line),
  });
  const share = threadsPerSlot(devices, slots, availableParallelism());
  const { threads, notes: threadNotes } = chooseThreads(options.threads, recorded?.threads, share);
  const handle = await store.openSweep(
    await declarationOf(planned, source, { processors, threads, slots: asked.flag, devices: resources.flag }),
  );
  const found = await findRates(planned, handle, {
    ...{ store, devices, slots, threads, environment, interrupts, now },
    ...{ cacheDir: folders.cacheDir, verbose: options.verbose ?? false, progress: observer.rangeTests },
  });
  if (found === undefined) return undefined;
  const notes = [...resources.notes, ...asked.notes, ...slotNotes, ...threadNotes, ...found.notes];
  return {
    sweep: found.sweep,
    store,
    handle,
    devices,
    slots,
    threads,
    notes,
    cacheBytes,
    ...folders,
    options,
    context,
  };
}

/** A sweep with more trials is more likely a mistake than intended. */
const MODEST_SIZE = 10_000;

/** @throws {InputError} NO_TRIALS, TOO_MANY_TRIALS */
function requireSize({ definition, plan }: PlannedSweep, { anySize, maxTrials }: RunOptions): void {
  if (plan.size === 0) {
    throw new InputError('NO_TRIALS', `${definition.name} declares no trial: its exclude rules leave nothing`, {
      hint: 'Take a rule out, or give an axis more values; `sweep plan` shows both.',
    });
  }
  if (anySize === true || maxTrials !== undefined || plan.size <= MODEST_SIZE) return;
  const [largest] = largestAxes(plan);
  const endless = !Number.isFinite(plan.size);
  const what = endless
    ? `a ${definition.method} search over a continuous parameter never ends without \`run_cap\``
    : `${definition.name} declares ${formatCount(plan.size)} trials, and ${largest!.name} alone has ${formatCount(largest!.size)} values`;
  throw new InputError('TOO_MANY_TRIALS', what, {
    hint: endless
      ? 'Add `run_cap: 50` to the file, or run with --max-trials 50, or with --yes until you stop it.'
      : 'Give it fewer values, or add a `run_cap` with `method: random` or `sobol`. --max-trials 100 runs the first ones, --yes all of them.',
  });
}
