import { seededRandom } from '../../core/random.js';
import { ownValue, type ValueOf, type Weight } from '../graph/program/program.js';
import { tf, type Tensor } from '../graph/native/tensorflow.js';
import { planBackbone, trainedDepth, type Backbone, type Unfreeze } from './backbones.js';
import type { InputScaling, Variant } from './families/plan.js';
import type { Layer, Network, Pass, TrainingInputs, WeightSpec } from './layers/layer.js';
import { buildNetwork } from './architectures/build-network.js';

export interface ModelOptions {
  readonly backbone: Backbone;
  /** Number of classes. */
  readonly classes: number;
  /** Initial values of a weight depend only on this seed and the weight's name. */
  readonly seed: number;
  /** Default: `all`. `last-N-blocks` with more blocks than the backbone has is `all`, too. */
  readonly unfreeze?: Unfreeze;
  /** The arithmetic that the pretrained weights were trained in. Default: `keras`. */
  readonly variant?: Variant;
  /** Scaling of pixels that the pretrained weights expect. Default: the backbone's own. */
  readonly scaling?: InputScaling | undefined;
}

/** An image classifier with its weights. The caller of a pass may replace the weights' values. */
export interface Model {
  /** Identifies the computation. Equal for models that differ only in the values of their weights. */
  readonly signature: string;
  /** In order from the input to the classifier. */
  readonly weights: readonly Weight[];
  /** Inference: pixels from 0 to 255, [batch, size, size, 3], to logits, [batch, classes]. */
  infer(pixels: Tensor, valueOf?: ValueOf): Tensor;
  /**
   * Training: batch statistics, dropout, stochastic depth. Frozen blocks run in inference mode and keep their moving
   * statistics, as in Keras. Changes no weight: the new moving statistics are returned as `assignments`.
   */
  train(
    pixels: Tensor,
    training: TrainingInputs,
    valueOf?: ValueOf,
  ): { readonly logits: Tensor; readonly assignments: ReadonlyMap<Weight, Tensor> };
  /** Inference up to the classifier: pixels, [batch, size, size, 3], to features, [batch, features]. */
  features(pixels: Tensor, valueOf?: ValueOf): Tensor;
  /** The classifier alone: features, [batch, features], to logits, [batch, classes]. */
  readonly head: {
    infer(features: Tensor, valueOf?: ValueOf): Tensor;
    train(features: Tensor, training: TrainingInputs, valueOf?: ValueOf): Tensor;
  };
  /** Frees the weights. Safe to call twice. */
  dispose(): void;
}

export function buildModel(options: ModelOptions): Model {
  const { backbone, classes, variant = 'keras', unfreeze = 'all', scaling } = options;
  const plan = planBackbone(backbone, variant);
  const network = buildNetwork(scaling ? { ...plan, scaling } : plan, classes);
  const trained = Math.min(trainedDepth(unfreeze), network.blocks.length);
  const pixels = scaling ? ` pixels=${JSON.stringify(scaling)}` : '';
  const signature = `${backbone} ${variant}${pixels} classes=${classes} trained=${trained}/${network.blocks.length}`;
  return assemble(network, { signature, seed: options.seed, trained });
}

/**
 * Creates the weights of a network.
 *
 * @param trained - number of blocks, counted from the classifier, that are trained. The other blocks are frozen
 */
export function assemble(
  { blocks, head }: Network,
  { signature, seed, trained }: { readonly signature: string; readonly seed: number; readonly trained: number },
): Model {
  const weights = new Map<WeightSpec, Weight>();
  const depthOf = (index: number) => blocks.length - index;
  for (const [index, layer] of [...blocks, head].entries()) {
    const depth = depthOf(index);
    for (const spec of layer.weights) weights.set(spec, createWeight(spec, seed, depth, depth <= trained));
  }
  const reading = (valueOf: ValueOf = ownValue) => ({ value: (spec: WeightSpec) => valueOf(weights.get(spec)!) });
  const inference = (valueOf?: ValueOf): Pass => {
    return { ...reading(valueOf), assign: refuseAssignment, training: undefined };
  };
  const run = (layers: readonly Layer[], x: Tensor, pass: Pass) =>
    layers.reduce((features, layer) => layer.apply(features, pass), x);
  const features = (pixels: Tensor, valueOf?: ValueOf) => run(blocks, pixels, inference(valueOf));
  const frozenCount = Math.max(0, blocks.length - trained);
  return {
    signature,
    weights: [...weights.values()],
    infer: (pixels, valueOf) => head.apply(features(pixels, valueOf), inference(valueOf)),
    train(pixels, training, valueOf) {
      const assignments = new Map<Weight, Tensor>();
      const assign = (spec: WeightSpec, next: Tensor) => void assignments.set(weights.get(spec)!, next);
      const frozen = run(blocks.slice(0, frozenCount), pixels, inference(valueOf));
      const logits = run([...blocks.slice(frozenCount), head], frozen, { ...reading(valueOf), assign, training });
      return { logits, assignments };
    },
    features,
    head: {
      infer: (x, valueOf) => head.apply(x, inference(valueOf)),
      train: (x, training, valueOf) => head.apply(x, { ...reading(valueOf), assign: refuseAssignment, training }),
    },
    dispose() {
      for (const { variable } of weights.values()) variable.dispose();
    },
  };
}

/** TensorFlow.js chooses the variable's name: it must be unique among all models of a thread, ours only within a model. */
function createWeight(spec: WeightSpec, seed: number, depth: number, trained: boolean): Weight {
  const { name, shape, initialize } = spec;
  const values = initialize(shape, seededRandom(seed, 'weights', name));
  const trainable = spec.trainable && trained;
  const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), trainable));
  return { name, variable, trainable, depth };
}

function refuseAssignment(spec: WeightSpec): never {
  throw new TypeError(`"${spec.name}" was assigned outside of training`);
}
