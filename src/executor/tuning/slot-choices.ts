import type { Device } from '../hosts/devices.js';
import { threadsPerSlot } from '../hosts/host-environment.js';

/** How many trials share a device, and with how many threads each. */
export interface SlotChoice {
  /** Trials at a time on each device. */
  readonly slots: number;
  /** Of TensorFlow, for each slot. */
  readonly threads: number;
}

/** Minimum ratio of slots between two choices: closer choices hardly differ. */
const LEAST_STEP = 1.5;
/** More than four trials hardly ever use a GPU better than four do. */
const GPU_SLOTS = [1, 2, 3, 4];

/**
 * The choices worth measuring. Where a CPU trains, slots times threads are its cores, from one slot with all cores to one slot
 * for each core; on GPUs, one to four slots.
 */
export function slotChoices(devices: readonly Device[], cores: number): readonly SlotChoice[] {
  const cpuHosts = devices.filter(({ kind }) => kind === 'cpu').length;
  const slots = cpuHosts === 0 ? GPU_SLOTS : spacedDivisors(Math.max(1, Math.floor(cores / cpuHosts)));
  return slots.map((each) => ({ slots: each, threads: threadsPerSlot(devices, each, cores) }));
}

/** How many slots with this number of threads fit on the cores; at least one. */
export function slotsForThreads(devices: readonly Device[], threads: number, cores: number): number {
  const cpuHosts = devices.filter(({ kind }) => kind === 'cpu').length;
  return Math.max(1, Math.floor(cores / ((cpuHosts || devices.length) * threads)));
}

/** 1, the number itself, and divisors between them with a ratio of at least `LEAST_STEP`. */
function spacedDivisors(number: number): number[] {
  const chosen = [1];
  for (let divisor = 2; divisor < number; divisor++) {
    const isApart = divisor >= LEAST_STEP * chosen.at(-1)! && LEAST_STEP * divisor <= number;
    if (number % divisor === 0 && isApart) chosen.push(divisor);
  }
  return number === 1 ? chosen : [...chosen, number];
}
