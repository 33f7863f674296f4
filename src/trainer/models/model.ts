import { seededRandom } from '../../core/random.js';
import type { Weight } from '../step/program.js';
import { tf, type Tensor } from '../tensorflow.js';
import { planEfficientNet, type EfficientNet } from './efficientnet-plan.js';
import { efficientNet } from './efficientnet.js';
import type { TrainingInputs, WeightSpec } from './layer.js';

export interface ModelOptions {
  readonly backbone: EfficientNet;
  /** How many kinds of images it tells apart. */
  readonly classes: number;
  /** Each weight's first values depend on this and its name alone. */
  readonly seed: number;
}

/** An image classifier with its weights. */
export interface Model {
  /** Names what it computes: equal for models that differ in their weights' values alone. */
  readonly signature: string;
  readonly weights: readonly Weight[];
  /** In inference mode: pixels from 0 to 255, [batch, size, size, 3], to logits, [batch, classes]. */
  infer(pixels: Tensor): Tensor;
  /** In training mode: batch statistics and dropout. Changes no weight; new moving statistics are returned. */
  train(
    pixels: Tensor,
    training: TrainingInputs,
  ): { readonly logits: Tensor; readonly assignments: ReadonlyMap<Weight, Tensor> };
  /** Frees the weights. Safe to call twice. */
  dispose(): void;
}

export function buildModel({ backbone, classes, seed }: ModelOptions): Model {
  const network = efficientNet(planEfficientNet(backbone), classes);
  const weights = new Map(network.weights.map((spec) => [spec, createWeight(spec, seed)]));
  const value = (spec: WeightSpec) => weights.get(spec)!.variable;
  return {
    signature: `efficientnet-${backbone} classes=${classes}`,
    weights: [...weights.values()],
    infer(pixels) {
      const assign = () => {
        throw new TypeError('a layer moved a statistic in inference');
      };
      return network.apply(pixels, { value, assign, training: undefined });
    },
    train(pixels, training) {
      const assignments = new Map<Weight, Tensor>();
      const assign = (spec: WeightSpec, next: Tensor) => void assignments.set(weights.get(spec)!, next);
      return { logits: network.apply(pixels, { value, assign, training }), assignments };
    },
    dispose() {
      for (const { variable } of weights.values()) variable.dispose();
    },
  };
}

/** TensorFlow.js names the variable itself: its names have to differ over all models of a thread, ours within one. */
function createWeight({ name, shape, trainable, initialize }: WeightSpec, seed: number): Weight {
  const values = initialize(shape, seededRandom(seed, 'weights', name));
  const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), trainable));
  return { name, variable, trainable, depth: 0 };
}
