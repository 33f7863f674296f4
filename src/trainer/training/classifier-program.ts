import { lossInputs, lossOf } from './losses/loss.js';
import { headWeights } from './features/feature-program.js';
import type { Model } from '../networks/model.js';
import { unkeep } from '../networks/ops/differentiable.js';
import type { LossKind } from './parameters/loss.js';
import type {
  NamedTensors,
  Optimizer,
  Precision,
  Program,
  TrainOutcome,
  ValueOf,
  Weight,
} from '../graph/program/program.js';
import { tf, type Tensor } from '../graph/native/tensorflow.js';

export interface ClassifierProgramOptions {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly loss: LossKind;
  readonly classes: number;
  readonly batchSize: number;
  readonly imageSize: number;
  /** Numbers per image in `features`. If given, the program takes features instead of images and trains only the classifier. */
  readonly featureWidth?: number | undefined;
  /** Whether one step can use the gradients of several batches. */
  readonly accumulates: boolean;
  readonly precision: Precision;
}

/** Raise this when the computation changes for the same model, shapes and optimizer: it is part of the key of cached graphs. */
const ARITHMETIC = 1;

/**
 * The training step of an image classifier. Minimizes the mean of the losses, weighted by `sample_weights`.
 *
 * Inputs: `images`, [batch, size, size, 3], pixels from 0 to 255, or `features`, [batch, width]; `targets`, [batch, classes],
 * one-hot for a label; `sample_weights`, [batch], 0 for padding; `random_seed`, int32 [2]; the scalars `learning_rate`,
 * `layer_decay`, `dropout`, `drop_connect` and `statistics_momentum`; and the inputs of the loss and the optimizer.
 * Outputs: `losses`, [batch], before weighting, and `logits`, [batch, classes].
 */
export function classifierProgram(options: ClassifierProgramOptions): Program {
  const { optimizer, loss, classes, batchSize, imageSize, featureWidth, accumulates, precision } = options;
  const model = featureWidth === undefined ? options.model : headOf(options.model);
  const [sample, shape] =
    featureWidth === undefined
      ? (['images', [batchSize, imageSize, imageSize, 3]] as const)
      : (['features', [batchSize, featureWidth]] as const);
  const scalar = { shape: [], dtype: 'float32' } as const;
  return {
    signature: `${model.signature} ${sample}=${featureWidth ?? imageSize} batch=${batchSize} ${loss} focal v${ARITHMETIC}`,
    inputs: {
      [sample]: { shape, dtype: 'float32' },
      targets: { shape: [batchSize, classes], dtype: 'float32' },
      sample_weights: { shape: [batchSize], dtype: 'float32' },
      learning_rate: scalar,
      layer_decay: scalar,
      ...lossInputs(classes),
      ...Object.fromEntries(Object.keys(optimizer.inputs(0)).map((name) => [name, scalar])),
      dropout: scalar,
      drop_connect: scalar,
      statistics_momentum: scalar,
      random_seed: { shape: [2], dtype: 'int32' },
    },
    weights: model.weights,
    optimizer,
    accumulates,
    precision,
    train: (inputs, valueOf) => differentiate(model, loss, sample, inputs, valueOf),
    evaluate(inputs, valueOf) {
      const logits = model.infer(inputs[sample]!, valueOf);
      return { losses: lossOf(loss, logits, inputs['targets']!, inputs), logits };
    },
  };
}

/** The classifier of a model as a model of its own, with features as input instead of pixels. */
function headOf(model: Model): Classifier {
  return {
    signature: `head of ${model.signature}`,
    weights: headWeights(model),
    infer: (features, valueOf) => model.head.infer(features, valueOf),
    train: (features, training, valueOf) => ({
      logits: model.head.train(features, training, valueOf),
      assignments: new Map(),
    }),
  };
}

type Classifier = Pick<Model, 'signature' | 'weights' | 'infer' | 'train'>;

function differentiate(
  model: Classifier,
  loss: LossKind,
  sample: string,
  inputs: NamedTensors,
  valueOf: ValueOf,
): TrainOutcome {
  const trained = model.weights.filter(({ trainable }) => trainable);
  const values = new Map(trained.map((weight) => [weight, valueOf(weight)]));
  const weights = inputs['sample_weights']!;
  const scale = inputs['loss_scale'];
  const outputs: Record<string, Tensor> = {};
  const assignments = new Map<Weight, Tensor>();
  const forward = () => {
    const training = {
      momentum: inputs['statistics_momentum']!,
      seed: inputs['random_seed']!,
      dropout: inputs['dropout']!,
      dropConnect: inputs['drop_connect']!,
    };
    const valueIn = (weight: Weight) => values.get(weight) ?? valueOf(weight);
    const { logits, assignments: moved } = model.train(inputs[sample]!, training, valueIn);
    const losses = lossOf(loss, logits, inputs['targets']!, inputs);
    outputs['losses'] = tf.keep(losses);
    outputs['logits'] = tf.keep(logits);
    for (const [weight, value] of moved) assignments.set(weight, tf.keep(value));
    const mean = losses.mul(weights).sum().div(weights.sum()).asScalar();
    return scale === undefined ? mean : mean.mul(scale);
  };
  const scaled = tf.grads(forward)([...values.values()]);
  const gradients = scale === undefined ? scaled : scaled.map((gradient) => gradient.div(scale));
  return {
    outputs: { losses: unkeep(outputs['losses']!), logits: unkeep(outputs['logits']!) },
    gradients: new Map(trained.map((weight, index) => [weight, gradients[index]!])),
    assignments: new Map([...assignments].map(([weight, value]) => [weight, unkeep(value)])),
    weight: weights.sum(),
  };
}
