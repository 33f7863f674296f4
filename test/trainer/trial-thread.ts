import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { TrainingContext } from '../../src/core/trainer/training.js';
import { ClassifierTrial } from '../../src/trainer/training/classifier-trial.js';

/** Runs one epoch of the trial it is given and posts a hash of all weights and the optimizer's state. */
const trial = await ClassifierTrial.open({
  ...(workerData as TrainingContext),
  signal: new AbortController().signal,
  report: () => Promise.resolve('continue'),
  progress: () => undefined,
  warn: () => undefined,
});
await trial.runEpoch(1);
const hash = createHash('sha256');
for (const [name, { values }] of trial.step.read()) hash.update(name).update(values);
trial.close();
parentPort!.postMessage(hash.digest('hex'));
