import { seededRandom } from '../../core/random.js';
import { ownValue, type ValueOf, type Weight } from '../graph/program/program.js';
import { tf, type Tensor } from '../graph/native/tensorflow.js';
import { planBackbone, type Backbone } from './backbones.js';
import type { InputScaling, Variant } from './families/plan.js';
import type { Layer, Network, Pass, TrainingInputs, WeightSpec } from './layers/layer.js';
import { buildNetwork } from './architectures/build-network.js';
import { trainedDepth, type Unfreeze } from './unfreeze.js';

export interface ModelOptions {
  readonly backbone: Backbone;
  /** How many kinds of images it tells apart. */
  readonly classes: number;
  /** Each weight's first values depend on this and its name alone. */
  readonly seed: number;
  /** `all` (the default), `head`, or `last-N-blocks`; with more than there are, all. */
  readonly unfreeze?: Unfreeze;
  /** Whose arithmetic; as the weights that it is to get were trained. Default: `keras`. */
  readonly variant?: Variant;
  /** What its weights expect of pixels, where that is not the backbone's own. */
  readonly scaling?: InputScaling | undefined;
}

/** An image classifier with its weights. Each pass may be given other values for them. */
export interface Model {
  /** Names what it computes and trains: equal for models that differ in their weights' values alone. */
  readonly signature: string;
  /** From the input on. */
  readonly weights: readonly Weight[];
  /** In inference mode: pixels from 0 to 255, [batch, size, size, 3], to logits, [batch, classes]. */
  infer(pixels: Tensor, valueOf?: ValueOf): Tensor;
  /**
   * In training mode: batch statistics, dropout, stochastic depth. Frozen blocks are in inference mode and keep their
   * statistics (Keras' rule). Changes no weight; new moving statistics are returned.
   */
  train(
    pixels: Tensor,
    training: TrainingInputs,
    valueOf?: ValueOf,
  ): { readonly logits: Tensor; readonly assignments: ReadonlyMap<Weight, Tensor> };
  /** Everything below the classifier in inference mode: pixels to [batch, features]. */
  features(pixels: Tensor, valueOf?: ValueOf): Tensor;
  /** The classifier alone: what `features` gives, or gave once, to logits. */
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

/** A network with weights of its own; blocks deeper than `trained` are frozen. */
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

/** TensorFlow.js names the variable itself: its names have to differ over all models of a thread, ours within one. */
function createWeight(spec: WeightSpec, seed: number, depth: number, trained: boolean): Weight {
  const { name, shape, initialize } = spec;
  const values = initialize(shape, seededRandom(seed, 'weights', name));
  const trainable = spec.trainable && trained;
  const variable = tf.tidy(() => tf.variable(tf.tensor(values, [...shape]), trainable));
  return { name, variable, trainable, depth };
}

function refuseAssignment(spec: WeightSpec): never {
  throw new TypeError(`"${spec.name}" was moved outside of training`);
}
