import type { Train } from '../core/training.js';
import { TrialCheckpoints } from './checkpoints/trial-checkpoints.js';
import { ClassifierTrial } from './classifier-trial.js';

/**
 * The built-in trainer of image classifiers; parameters and metrics as in the manifest. Saves and reports after every epoch, and goes on from its checkpoints to the last bit as if it had not ended.
 */
export const train: Train = async (context) => {
  const trial = await ClassifierTrial.open(context);
  try {
    const checkpoints = new TrialCheckpoints(trial, context);
    const start = checkpoints.resume();
    for (let epoch = start.epoch + 1; epoch <= trial.settings.optimization.epochs; epoch++) {
      const report = await trial.runEpoch(epoch, {
        from: epoch === start.epoch + 1 ? start.within : undefined,
        betweenSteps: (step, tally) => checkpoints.betweenSteps(epoch, step, tally),
      });
      const checkpoint = await checkpoints.afterEpoch(epoch);
      const decision = await context.report({ ...report, checkpoint });
      checkpoints.afterReport();
      if (decision === 'stop') return;
    }
  } finally {
    trial.close();
  }
};
