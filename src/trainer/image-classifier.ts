import type { Train } from '../core/training.js';
import { ClassifierTrial } from './classifier-trial.js';

/**
 * The built-in trainer: an EfficientNet from its first weights on, Adam, focal loss; parameters and metrics as in the
 * manifest. Reports after every epoch.
 */
export const train: Train = async (context) => {
  const trial = await ClassifierTrial.open(context);
  try {
    for (let epoch = 1; epoch <= trial.settings.optimization.epochs; epoch++) {
      if ((await context.report(await trial.runEpoch(epoch))) === 'stop') return;
    }
  } finally {
    trial.close();
  }
};
