import { setTimeout as sleep } from 'node:timers/promises';
import type { TrainingContext } from '../../src/core/trainer/training.js';

/**
 * Trains nothing: reports `reports` epochs and sleeps for `duration` seconds in total. The rest of the time is the cost of
 * running trials.
 */
export async function train({ params, report }: TrainingContext): Promise<void> {
  const [reports, seconds] = [Number(params['reports']), Number(params['duration'])];
  for (let epoch = 1; epoch <= reports; epoch++) {
    if (seconds > 0) await sleep((1000 * seconds) / reports);
    if ((await report({ epoch, metrics: { val_loss: 1 / epoch } })) === 'stop') return;
  }
}
