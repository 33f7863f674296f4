import type { Train } from '../core/training.js';
import { ClassifierTrial } from './training/classifier-trial.js';
import { RangeTest, rangeRates } from './training/lr-find/range-test.js';

/**
 * Looks for the learning rate of the image classifier: trains a trial as it would be trained, at a rate that grows from step
 * to step, until the loss goes up for good. What it reports as epochs are these steps, with the metrics `learning_rate`, `loss`
 * and `smoothed_loss`. Parameters of the schedule have no effect. Leaves no checkpoint behind: begun again, it starts anew.
 */
export const train: Train = async (context) => {
  const trial = await ClassifierTrial.open(context);
  try {
    const test = new RangeTest();
    const rates = rangeRates();
    for await (const { learningRate, loss } of trial.trainAt(rates)) {
      const point = test.add(learningRate, loss);
      const { step: epoch, smoothedLoss: smoothed_loss } = point;
      context.progress({ epoch, epochs: rates.length, step: 1, steps: 1 });
      const decision = await context.report({ epoch, metrics: { learning_rate: learningRate, loss, smoothed_loss } });
      if (decision === 'stop' || test.hasDiverged(point)) return;
    }
  } finally {
    trial.close();
  }
};
