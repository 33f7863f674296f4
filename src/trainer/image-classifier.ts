import type { Train } from '../core/training.js';
import { TrialCheckpoints } from './training/checkpoints/trial-checkpoints.js';
import { ClassifierTrial } from './training/classifier-trial.js';
import { InputWait } from './data/input/input-wait.js';

/**
 * The built-in trainer of image classifiers; parameters and metrics as in the manifest. Saves and reports after every epoch, and goes on from its checkpoints to the last bit as if it had not ended.
 */
export const train: Train = async (context) => {
  const trial = await ClassifierTrial.open(context);
  try {
    const checkpoints = new TrialCheckpoints(trial, context);
    const start = checkpoints.resume();
    const input = new InputWait(context.warn);
    for (let epoch = start.epoch + 1; epoch <= trial.settings.optimization.epochs; epoch++) {
      // What goes by between epochs is no training.
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
