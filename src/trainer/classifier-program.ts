import { focalLoss } from './losses/focal.js';
import type { Model } from './models/model.js';
import { unkeep } from './ops/scope.js';
import type { NamedTensors, Optimizer, Program, TrainOutcome, Weight } from './step/program.js';
import { tf, type Tensor } from './tensorflow.js';

export interface ClassifierProgramOptions {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  readonly imageSize: number;
}

/** To be raised whenever the same model, shapes and optimizer are computed in another way: kept graphs are known by it. */
const ARITHMETIC = 1;

/**
 * The training step of an image classifier. Inputs: `images` (pixels from 0 to 255), `labels`, `sample_weights` (0 for
 * padding), and the numbers that trials and steps differ in: `learning_rate`, `gamma`, `dropout`, `drop_connect`,
 * `statistics_momentum`, `random_seed`. Outputs: `losses`, [batch], not yet weighted, and `logits`, [batch, classes].
 * What is minimized is the weighted mean of the losses.
 */
export function classifierProgram(options: ClassifierProgramOptions): Program {
  const { model, optimizer, batchSize, imageSize } = options;
  const trained = model.weights.filter(({ trainable }) => trainable);
  return {
    signature: `${model.signature} image=${imageSize} batch=${batchSize} focal ${optimizer.signature} v${ARITHMETIC}`,
    inputs: {
      images: { shape: [batchSize, imageSize, imageSize, 3], dtype: 'float32' },
      labels: { shape: [batchSize], dtype: 'int32' },
      sample_weights: { shape: [batchSize], dtype: 'float32' },
      learning_rate: { shape: [], dtype: 'float32' },
      gamma: { shape: [], dtype: 'float32' },
      dropout: { shape: [], dtype: 'float32' },
      drop_connect: { shape: [], dtype: 'float32' },
      statistics_momentum: { shape: [], dtype: 'float32' },
      random_seed: { shape: [2], dtype: 'int32' },
    },
    weights: model.weights,
    optimizer,
    train: (inputs) => differentiate(model, trained, inputs),
    evaluate(inputs) {
      const logits = model.infer(inputs['images']!);
      return { losses: focalLoss(logits, inputs['labels']!, inputs['gamma']!), logits };
    },
  };
}

function differentiate(model: Model, trained: readonly Weight[], inputs: NamedTensors): TrainOutcome {
  const outputs: Record<string, Tensor> = {};
  const assignments = new Map<Weight, Tensor>();
  const forward = () => {
    const training = {
      momentum: inputs['statistics_momentum']!,
      seed: inputs['random_seed']!,
      dropout: inputs['dropout']!,
      dropConnect: inputs['drop_connect']!,
    };
    const { logits, assignments: moved } = model.train(inputs['images']!, training);
    const losses = focalLoss(logits, inputs['labels']!, inputs['gamma']!);
    outputs['losses'] = tf.keep(losses);
    outputs['logits'] = tf.keep(logits);
    for (const [weight, value] of moved) assignments.set(weight, tf.keep(value));
    const weights = inputs['sample_weights']!;
    return losses.mul(weights).sum().div(weights.sum()).asScalar();
  };
  const { grads } = tf.variableGrads(
    forward,
    trained.map(({ variable }) => variable),
  );
  return {
    outputs: { losses: unkeep(outputs['losses']!), logits: unkeep(outputs['logits']!) },
    gradients: new Map(trained.map((weight) => [weight, grads[weight.variable.name]!])),
    assignments: new Map([...assignments].map(([weight, value]) => [weight, unkeep(value)])),
  };
}
