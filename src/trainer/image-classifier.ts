import type { Train } from '../core/trainer/training.js';
import { TrialCheckpoints } from './training/checkpoints/trial-checkpoints.js';
import { ClassifierTrial } from './training/classifier-trial.js';
import { InputWait } from './data/input/input-wait.js';

/**
 * The built-in trainer of image classifiers. The manifest lists its parameters and metrics. Saves a checkpoint and reports after
 * every epoch. When resumed from a checkpoint, it continues bit for bit as if it had not been interrupted.
 */
export const train: Train = async (context) => {
  const trial = await ClassifierTrial.open(context);
  try {
    const checkpoints = new TrialCheckpoints(trial, context);
    const start = checkpoints.resume();
    const input = new InputWait(context.warn);
    for (let epoch = start.epoch + 1; epoch <= trial.settings.optimization.epochs; epoch++) {
      // Resets the wait time: time between two epochs does not count.
      trial.takeWait();
      const report = await trial.runEpoch(epoch, {
        from: epoch === start.epoch + 1 ? start.within : undefined,
        betweenSteps: (step, sums) => checkpoints.betweenSteps(epoch, step, sums),
      });
      const inputWait = input.add(epoch, trial.takeWait());
      const checkpoint = await checkpoints.afterEpoch(epoch);
      const decision = await context.report({ ...report, checkpoint, inputWait });
      checkpoints.afterReport();
      if (decision === 'stop') return;
    }
  } finally {
    trial.close();
  }
};
