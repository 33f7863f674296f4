import type { Kill } from './orders.js';
import { torment, type Reference } from './torment.js';

export interface CampaignOptions {
  readonly references: readonly Reference[];
  readonly seed: number;
  /** The campaign goes on until this many processes have been killed. */
  readonly kills: number;
  /** Number of sweeps that run at the same time. */
  readonly atATime: number;
  readonly onSweep: (sweep: TormentedSweep) => void;
}

export interface TormentedSweep {
  /** Its number in the campaign, from 0. Seed and number determine all its kills. */
  readonly number: number;
  readonly scenario: string;
  readonly kills: readonly Kill[];
  readonly wrong: readonly string[];
}

/** Runs one sweep of a campaign with kills. Scenarios alternate by number. */
export async function tormentNumber(
  { references, seed }: Pick<CampaignOptions, 'references' | 'seed'>,
  number: number,
): Promise<TormentedSweep> {
  const reference = references[number % references.length]!;
  const outcome = await torment(reference, [seed, number]);
  return { number, scenario: reference.scenario.name, ...outcome };
}

/** Runs sweeps with kills until `kills` is reached, and returns all of them. */
export async function campaign(options: CampaignOptions): Promise<readonly TormentedSweep[]> {
  const sweeps: TormentedSweep[] = [];
  let next = 0;
  let killed = 0;
  const work = async (): Promise<void> => {
    while (killed < options.kills) {
      const sweep = await tormentNumber(options, next++);
      killed += sweep.kills.length;
      sweeps.push(sweep);
      options.onSweep(sweep);
    }
  };
  await Promise.all(Array.from({ length: options.atATime }, work));
  return sweeps;
}
