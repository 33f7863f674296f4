import { EnvironmentError } from '../../core/errors.js';
import { measureSlots, type MeasureOptions } from './measure-slots.js';
import type { SlotChoice } from './slot-choices.js';

export interface CalibrateOptions extends Omit<MeasureOptions, 'slots'> {
  /** From the fewest slots to the most. */
  readonly choices: readonly SlotChoice[];
  /** Bytes of memory that are free just now. */
  readonly availableMemory: () => number;
}

export interface MeasuredChoice extends SlotChoice {
  readonly imagesPerSecond: number;
}

/**
 * Tries one choice after the other and returns what fits into memory, the fastest first. With so many slots more than the last
 * time a host may need so many times the memory; where there is not that much, neither this choice nor a larger one is tried.
 *
 * @throws EnvironmentError CALIBRATION_FAILED where not even the first choice can train
 */
export async function calibrate(options: CalibrateOptions): Promise<readonly MeasuredChoice[]> {
  const { choices, availableMemory, ...rest } = options;
  const hosts = options.devices.length;
  const measured: MeasuredChoice[] = [];
  let memoryPerSlot = 0;
  for (const choice of choices) {
    if (hosts * choice.slots * memoryPerSlot > availableMemory()) break;
    const speed = await measureSlots({ ...rest, slots: choice.slots });
    if ('error' in speed) {
      if (measured.length > 0) break;
      throw new EnvironmentError('CALIBRATION_FAILED', `no trial can be tried out: ${speed.error.message}`, {
        hint: 'Give `slots` a number; `sweep doctor` tries each device and says what is missing.',
      });
    }
    memoryPerSlot = (speed.hostMemoryMb * 2 ** 20) / choice.slots;
    measured.push({ ...choice, imagesPerSecond: speed.imagesPerSecond });
  }
  return measured.toSorted((a, b) => b.imagesPerSecond - a.imagesPerSecond);
}
