import type { Scalar } from '@tensorflow/tfjs-node-gpu';
import { seededRandom } from '../../../src/core/random.js';
import { DataType, type OpAttribute } from '../../../src/trainer/graph/native/binding.js';
import { nativeBackend } from '../../../src/trainer/graph/native/backend.js';
import type {
  NamedTensors,
  Optimizer,
  Precision,
  Program,
  StepInputs,
  Weight,
} from '../../../src/trainer/graph/program/program.js';
import { tf, type Tensor, type Tensor4D } from '../../../src/trainer/graph/native/tensorflow.js';
import { adam, sgd } from './optimizers.js';

/** A weighted sum of two numbers, fitted to a third: the smallest program that can be trained. */
export function line(changes: Partial<Program> & { readonly slope?: Tensor } = {}): Program {
  const slope: Weight = {
    name: 'slope',
    variable: tf.variable(changes.slope ?? tf.zeros([2, 1])),
    trainable: true,
    depth: 0,
  };
  const error = (inputs: NamedTensors) => tf.matMul(inputs['x']!, slope.variable).sub(inputs['y']!).square().mean();
  return {
    signature: 'line',
    inputs: {
      x: { shape: [3, 2], dtype: 'float32' },
      y: { shape: [3, 1], dtype: 'float32' },
      learning_rate: { shape: [], dtype: 'float32' },
    },
    weights: [slope],
    optimizer: sgd,
    train(inputs) {
      const { value, grads } = tf.variableGrads(() => error(inputs) as Scalar, [slope.variable]);
      return {
        outputs: { loss: value },
        gradients: new Map([[slope, grads[slope.variable.name]!]]),
        assignments: new Map(),
      };
    },
    evaluate: (inputs) => ({ loss: error(inputs) }),
    ...changes,
  };
}

export const lineInputs: StepInputs = {
  x: Float32Array.of(1, 2, -1, 1, 0, -2),
  y: Float32Array.of(3, 0, -4),
  learning_rate: 0.1,
};

/** The sum of squares of a weight of any shape, which takes it to zero: no data at all. */
export function bowl(start: Tensor, changes: Partial<Program> = {}): Program {
  const weight: Weight = { name: 'point', variable: tf.variable(start), trainable: true, depth: 0 };
  const height = () => weight.variable.square().sum();
  return {
    signature: 'bowl',
    inputs: { learning_rate: { shape: [], dtype: 'float32' } },
    weights: [weight],
    optimizer: sgd,
    train() {
      const { value, grads } = tf.variableGrads(() => height() as Scalar, [weight.variable]);
      return {
        outputs: { height: value },
        gradients: new Map([[weight, grads[weight.variable.name]!]]),
        assignments: new Map(),
      };
    },
    evaluate: () => ({ height: height() }),
    ...changes,
  };
}

const [SIZE, CLASSES, MOMENTUM, EPSILON] = [8, 3, 0.9, 1e-3];

export interface SmallNetOptions {
  readonly batch?: number;
  readonly optimizer?: Optimizer;
  readonly seed?: number;
  readonly signature?: string;
  readonly precision?: Precision;
}

/** A convolutional net with what a step has to carry: batch statistics, wide depthwise filters, outputs of both types. */
export function smallNet(options: SmallNetOptions = {}): Program {
  const { batch = 4, optimizer = adam, seed = 1, signature = '', precision = 'float32' } = options;
  const add = (name: string, shape: number[], value?: number): Weight => {
    const random = seededRandom(seed, name);
    const values = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => value ?? random() - 0.5);
    return { name, variable: tf.tidy(() => tf.variable(tf.tensor(values, shape))), trainable: true, depth: 0 };
  };
  const stem = add('stem/kernel', [3, 3, 1, 4]);
  const gamma = add('bn/gamma', [4], 1);
  const beta = add('bn/beta', [4], 0);
  // Made from one tensor, they share it until the first assignment.
  const zeros = tf.zeros([4]);
  const mean: Weight = { name: 'bn/moving_mean', variable: tf.variable(zeros), trainable: false, depth: 0 };
  const variance: Weight = { name: 'bn/moving_variance', variable: tf.variable(zeros), trainable: false, depth: 0 };
  zeros.dispose();
  const narrow = add('narrow/depthwise', [3, 3, 4, 2]);
  const wide = add('wide/depthwise', [5, 5, 8, 1]);
  const strided = add('strided/depthwise', [5, 5, 8, 1]);
  const dense = add('dense/kernel', [8, CLASSES]);
  const bias = add('dense/bias', [CLASSES], 0);
  const trained = [stem, gamma, beta, narrow, wide, strided, dense, bias];

  const forward = (images: Tensor, normalize: (x: Tensor) => Tensor): Tensor => {
    const start = normalize(tf.conv2d(images as Tensor4D, stem.variable as never, 1, 'same'));
    let features = start.mul(start.sigmoid());
    for (const [filter, stride] of [
      [narrow, 1],
      [wide, 1],
      [strided, 2],
    ] as const) {
      features = tf.depthwiseConv2d(features as Tensor4D, filter.variable as never, stride, 'same').relu();
    }
    return features.mean([1, 2]).matMul(dense.variable).add(bias.variable);
  };
  const lossOf = (labels: Tensor, logits: Tensor): Tensor =>
    tf.losses.softmaxCrossEntropy(tf.oneHot(labels as never, CLASSES), logits);
  const move = (old: Tensor, seen: Tensor) => old.mul(MOMENTUM).add(seen.mul(1 - MOMENTUM));

  return {
    signature: `small net ${batch} ${signature}`,
    inputs: {
      images: { shape: [batch, SIZE, SIZE, 1], dtype: 'float32' },
      labels: { shape: [batch], dtype: 'int32' },
      learning_rate: { shape: [], dtype: 'float32' },
      ...Object.fromEntries(
        Object.keys(adam.inputs(0)).map((name) => [name, { shape: [], dtype: 'float32' } as const]),
      ),
    },
    weights: [...trained, mean, variance],
    optimizer,
    precision,
    train(inputs) {
      const side: Tensor[] = [];
      const scale = inputs['loss_scale'] ?? tf.scalar(1);
      const { value, grads } = tf.variableGrads(
        () => {
          const logits = forward(inputs['images']!, (x) => {
            const fused = fusedBatchNorm(x, gamma.variable, beta.variable);
            side.push(...fused.statistics);
            return fused.y;
          });
          side.push(tf.keep(logits));
          return lossOf(inputs['labels']!, logits).mul<Scalar>(scale);
        },
        trained.map(({ variable }) => variable),
      );
      const [batchMean, batchVariance, logits] = side.map(unkeep) as [Tensor, Tensor, Tensor];
      return {
        outputs: { loss: value.div(scale), predictions: logits.argMax(1), rate: inputs['learning_rate']! },
        gradients: new Map(trained.map((weight) => [weight, grads[weight.variable.name]!.div(scale)])),
        assignments: new Map([
          [mean, move(mean.variable, batchMean)],
          [variance, move(variance.variable, batchVariance)],
        ]),
      };
    },
    evaluate(inputs) {
      const logits = forward(inputs['images']!, (x) => {
        const scale = gamma.variable.div(variance.variable.add(EPSILON).sqrt());
        return x.sub(mean.variable).mul(scale).add(beta.variable);
      });
      return { loss: lossOf(inputs['labels']!, logits), predictions: logits.argMax(1) };
    },
  };
}

/** Images of noise, each with a class, for overfitting. */
export function smallNetInputs(batch = 4, learningRate = 0.01): StepInputs {
  const random = seededRandom(batch, 'images');
  return {
    images: Float32Array.from({ length: batch * SIZE * SIZE }, random),
    labels: Int32Array.from({ length: batch }, (_, index) => index % CLASSES),
    learning_rate: learningRate,
    ...adam.inputs(0),
  };
}

/** TensorFlow's own kernels for batch normalization, of six and five outputs. The statistics are kept. */
function fusedBatchNorm(x: Tensor, gamma: Tensor, beta: Tensor): { y: Tensor; statistics: Tensor[] } {
  const backend = tf.backend() as unknown as {
    executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: Tensor[], outputs: number): Tensor[];
  };
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL } = nativeBackend().binding;
  const attributes = [
    { name: 'T', type: TF_ATTR_TYPE, value: DataType.float32 },
    { name: 'U', type: TF_ATTR_TYPE, value: DataType.float32 },
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: EPSILON },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
  const statistics: Tensor[] = [];
  const normalize = tf.customGrad((...args) => {
    const [x, gamma, beta, save] = args as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const none = tf.zeros([0]);
    const [y, mean, variance, ...reserved] = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      attributes,
      [x, gamma, beta, none, none],
      6,
    );
    statistics.push(tf.keep(mean!), tf.keep(variance!));
    save([x, gamma, ...reserved]);
    return {
      value: y!,
      gradFunc: (dy, saved) =>
        backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5).slice(0, 3),
    };
  });
  return { y: normalize(x, gamma, beta), statistics };
}

/** Moves a kept tensor to the current tidy scope. */
function unkeep(kept: Tensor): Tensor {
  const tensor = tf.clone(kept);
  kept.dispose();
  return tensor;
}
