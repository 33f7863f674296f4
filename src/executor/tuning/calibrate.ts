import { EnvironmentError } from '../../core/errors.js';
import { measureSlots, type MeasureOptions } from './measure-slots.js';
import type { SlotChoice } from './slot-choices.js';

export interface CalibrateOptions extends Omit<MeasureOptions, 'slots'> {
  /** In ascending order of slots. */
  readonly choices: readonly SlotChoice[];
  /** Bytes of memory that are free now. */
  readonly availableMemory: () => number;
}

export interface MeasuredChoice extends SlotChoice {
  readonly imagesPerSecond: number;
}

/**
 * Measures one choice after another and returns those that fit into memory, the fastest first. Memory is assumed to grow in
 * proportion to the slots; a choice that would need more than is free is not measured, and neither are larger ones.
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
