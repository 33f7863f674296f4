import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../../core/errors.js';
import type { StoredSweep } from '../../../core/trial/declaration.js';
import type { Calibration } from '../../../core/trainer/trainer-description.js';
import { canonicalJson } from '../../../core/parameters.js';
import { firstTrials } from '../../../search/plan.js';
import { calibrate, type MeasuredChoice } from '../../../executor/tuning/calibrate.js';
import { CalibrationCache } from '../../../executor/tuning/calibration-cache.js';
import { deviceName, type Device } from '../../../executor/hosts/devices.js';
import type { Processors } from '../../../executor/hosts/processors.js';
import { slotChoices, slotsForThreads, type SlotChoice } from '../../../executor/tuning/slot-choices.js';
import { formatCount, formatCounted, formatParams } from '../../../core/format.js';
import type { PlannedSweep } from '../../planning/planned-sweep.js';
import { tensorflowVersion } from '../../tensorflow-version.js';
import { VERSION } from '../../version.js';

export interface SlotWish {
  readonly devices: readonly Device[];
  readonly processors: Processors;
  /** TensorFlow's threads for each slot, if the sweep already has them; `undefined`: any number. */
  readonly threads: number | undefined;
  readonly cacheDir: string;
  /** Environment variables of the hosts. */
  readonly environment: NodeJS.ProcessEnv;
  /** Called before a measurement, which takes some seconds. */
  readonly say: (line: string) => void;
}

/** The slots that a session is to have, before `auto` is resolved. */
export interface AskedSlots {
  readonly slots: number | 'auto';
  /** The value of `--slots`, now or in an earlier session. */
  readonly flag: number | 'auto' | undefined;
  readonly notes: readonly string[];
}

/**
 * The slots that `--slots` asks for, now or in the sweep's last session; else those of the sweep file. A changed file counts again.
 *
 * @param recorded - the sweep's last declaration in the database
 */
export function askedSlots(
  flag: number | 'auto' | undefined,
  file: { readonly slots: number | 'auto'; readonly text: string },
  recorded: Pick<StoredSweep, 'slots' | 'definition'> | undefined,
): AskedSlots {
  if (flag !== undefined) return { slots: flag, flag, notes: [] };
  const before = recorded?.definition === file.text ? recorded.slots : undefined;
  if (before === undefined || before === file.slots) return { slots: file.slots, flag: before, notes: [] };
  const note = `--slots ${before}, as in the last session (--slots ${file.slots} goes back to the sweep file)`;
  return { slots: before, flag: before, notes: [note] };
}

export interface ChosenSlots {
  readonly slots: number;
  /** What the user should know about the choice. */
  readonly notes: readonly string[];
}

/**
 * Resolves `auto` to the number of slots that trains the sweep's first trial fastest, from the cache or by a measurement. If trials
 * were already recorded with a number of threads, only numbers of slots with as many threads each are considered.
 *
 * @throws {InputError} SLOTS_AUTO
 * @throws {EnvironmentError} CALIBRATION_FAILED, NO_TENSORFLOW, and what `execute` rejects with
 */
export async function chooseSlots(sweep: PlannedSweep, asked: number | 'auto', wish: SlotWish): Promise<ChosenSlots> {
  if (asked !== 'auto') return { slots: asked, notes: [] };
  const { calibration } = sweep.trainer;
  if (calibration === undefined) {
    throw new InputError(
      'SLOTS_AUTO',
      '`slots: auto` measures the built-in trainer, but this sweep has its own trainer',
      {
        hint: 'Give `slots` a number.',
      },
    );
  }
  const { devices, threads } = wish;
  const cores = availableParallelism();
  const choices = slotChoices(devices, cores).filter((choice) => threads === undefined || choice.threads === threads);
  if (threads !== undefined && choices.length < 2) {
    const slots = choices[0]?.slots ?? slotsForThreads(devices, threads, cores);
    return {
      slots,
      notes: [`${words({ slots, threads })}: as many as fit with that many threads each`],
    };
  }
  const measured = await findOrMeasure(sweep, choices, { ...wish, cores, calibration });
  return { slots: measured[0]!.slots, notes: [calibrationText(measured)] };
}

/** `calibrated: 2 slots x 1 thread, 168 images/s (1 x 2: 133)`, fastest first. */
function calibrationText([best, ...others]: readonly MeasuredChoice[]): string {
  const rest = others.map(({ slots, threads, imagesPerSecond }) => `${slots} x ${threads}: ${speed(imagesPerSecond)}`);
  const inBrackets = rest.length > 0 ? ` (${rest.join(', ')})` : '';
  return `calibrated: ${words(best!)}, ${speed(best!.imagesPerSecond)} images/s${inBrackets}`;
}

async function findOrMeasure(
  { plan, trainer }: PlannedSweep,
  choices: readonly SlotChoice[],
  {
    devices,
    processors,
    cacheDir,
    environment,
    say,
    cores,
    calibration,
  }: SlotWish & { readonly cores: number; readonly calibration: Calibration },
): Promise<readonly MeasuredChoice[]> {
  const all = { ...trainer.defaults, ...firstTrials(plan, 1)[0]?.params };
  const params = Object.fromEntries(calibration.parameters.map((name) => [name, all[name]!]));
  const cache = new CalibrationCache(join(cacheDir, 'calibration.json'));
  const key = canonicalJson({
    devices: devices.map(deviceName),
    cpu: processors.cpu,
    gpus: processors.gpus,
    cores,
    choices: choices.map(({ slots, threads }) => [slots, threads]),
    tensorflow: await tensorflowVersion(),
    sweepwright: VERSION,
    params,
  });
  const known = await cache.find(key);
  if (known !== undefined) return known;
  say(`calibrating: which number of slots trains fastest with ${formatParams(params, Object.keys(params))}?`);
  const folder = join(cacheDir, 'calibration');
  const measured = await calibrate({
    choices,
    devices,
    trainer: calibration.url,
    params,
    cacheDir,
    folder,
    environment,
    cores,
    verbose: false,
    availableMemory: () => process.availableMemory(),
  });
  await rm(folder, { recursive: true, force: true });
  await cache.keep(key, measured);
  return measured;
}

const words = ({ slots, threads }: SlotChoice): string =>
  `${formatCounted(slots, 'slot')} x ${formatCounted(threads, 'thread')}`;

const speed = (imagesPerSecond: number): string =>
  formatCount(imagesPerSecond < 10 ? Number(imagesPerSecond.toFixed(1)) : Math.round(imagesPerSecond));
