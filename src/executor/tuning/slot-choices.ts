import type { Device } from '../hosts/devices.js';
import { threadsPerSlot } from '../hosts/host-environment.js';

/** A way to divide devices among trials. */
export interface SlotChoice {
  /** Trials at a time on each device. */
  readonly slots: number;
  /** Of TensorFlow, for each slot. */
  readonly threads: number;
}

/** Each choice has at least so many times the slots of the one before: between them there is little to find. */
const LEAST_STEP = 1.5;
/** A GPU that four trials do not fill is none that a fifth would. */
const GPU_SLOTS = [1, 2, 3, 4];

/**
 * The ways worth trying. Where a CPU trains, slots times threads are its cores, from one slot with all of them to as many slots
 * as cores; on GPUs, one to four slots.
 */
export function slotChoices(devices: readonly Device[], cores: number): readonly SlotChoice[] {
  const cpuHosts = devices.filter(({ kind }) => kind === 'cpu').length;
  const slots = cpuHosts === 0 ? GPU_SLOTS : spacedDivisors(Math.max(1, Math.floor(cores / cpuHosts)));
  return slots.map((each) => ({ slots: each, threads: threadsPerSlot(devices, each, cores) }));
}

/** As many slots as there is room for with so many threads each; one at least. */
export function slotsForThreads(devices: readonly Device[], threads: number, cores: number): number {
  const cpuHosts = devices.filter(({ kind }) => kind === 'cpu').length;
  return Math.max(1, Math.floor(cores / ((cpuHosts || devices.length) * threads)));
}

/** 1, the number itself, and what divides it and is not too close to either or to another. */
function spacedDivisors(number: number): number[] {
  const chosen = [1];
  for (let divisor = 2; divisor < number; divisor++) {
    const isApart = divisor >= LEAST_STEP * chosen.at(-1)! && LEAST_STEP * divisor <= number;
    if (number % divisor === 0 && isApart) chosen.push(divisor);
  }
  return number === 1 ? chosen : [...chosen, number];
}
