import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { Calibration } from '../../core/trainer-description.js';
import { canonicalJson } from '../../core/parameters.js';
import { calibrate, type MeasuredChoice } from '../../executor/tuning/calibrate.js';
import { CalibrationCache } from '../../executor/tuning/calibration-cache.js';
import { deviceName, type Device } from '../../executor/hosts/devices.js';
import type { Processors } from '../../executor/hosts/processors.js';
import { slotChoices, slotsForThreads, type SlotChoice } from '../../executor/tuning/slot-choices.js';
import { formatCount, formatCounted, formatParams } from '../../core/format.js';
import type { PlannedSweep } from '../planning/planned-sweep.js';
import { tensorflowVersion } from '../tensorflow-version.js';
import { VERSION } from '../version.js';

export interface SlotWish {
  readonly devices: readonly Device[];
  readonly processors: Processors;
  /** What each slot has to have, where that is settled. */
  readonly threads: number | undefined;
  readonly cacheDir: string;
  /** What hosts inherit. */
  readonly environment: NodeJS.ProcessEnv;
  /** Hears what is being found out, which takes its time. */
  readonly say: (line: string) => void;
}

export interface ChosenSlots {
  readonly slots: number;
  /** What the user should know of it. */
  readonly notes: readonly string[];
}

/**
 * The slots that are asked for; with `auto` as many as train the sweep's first trial fastest, remembered or found out by trying. Where the threads of a slot are
 * settled, because trials were recorded with so many, only slots with that many come into question.
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
      '`slots: auto` tries out the built-in trainer, and this sweep has one of its own',
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
      notes: [`${words({ slots, threads })}: as many as there is room for with so many threads each`],
    };
  }
  const measured = await findOrMeasure(sweep, choices, { ...wish, cores, calibration });
  return { slots: measured[0]!.slots, notes: [calibrationText(measured)] };
}

/** `calibrated: 2 slots x 1 thread, 168 images/s (1 x 2: 133)`, the fastest first. */
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
  const all = { ...trainer.defaults, ...plan.enumeration.at(0).params };
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
  say(`calibrating: how many slots train fastest with ${formatParams(params, Object.keys(params))}?`);
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
