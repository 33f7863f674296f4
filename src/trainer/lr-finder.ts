import type { Train } from '../core/trainer/training.js';
import { ClassifierTrial } from './training/classifier-trial.js';
import { RangeTest, rangeRates } from './training/lr-find/range-test.js';

/**
 * A trainer that runs a learning rate range test (arXiv 1506.01186) of the image classifier: trains as a trial would, at a rate
 * that grows from step to step, until the loss diverges. Reports each step as an epoch, with the metrics `learning_rate`, `loss`
 * and `smoothed_loss`. Parameters of the schedule have no effect. Writes no checkpoints, so a retry starts from the beginning.
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
