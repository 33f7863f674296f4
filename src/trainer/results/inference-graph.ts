import { DataType } from '../graph/native/binding.js';
import { bytesOf, GraphBuilder, shapeAttribute, typeAttribute } from '../graph/building/graph-builder.js';
import type { GraphNode, Ref } from '../graph/building/graph-def.js';
import { Tracer, type Rewrite, type TracedOp } from '../graph/tracing/tracer.js';
import { tf } from '../graph/native/tensorflow.js';
import type { TrainedModel } from './trained-model.js';

/** A trained model as a TensorFlow graph, with its weights as constants. */
export interface InferenceGraph {
  readonly nodes: readonly GraphNode[];
  /** Input. float32 [any, imageSize, imageSize, 3]: RGB pixels from 0 to 255. */
  readonly images: Ref;
  /** float32 [any, classes]. */
  readonly logits: Ref;
  /** float32 [any, classes]: softmax of the logits, or their sigmoid for multi-label models. */
  readonly probabilities: Ref;
  readonly imageSize: number;
  readonly classes: number;
}

/** Batch size while tracing. No weight has this first dimension, so it identifies the batch dimension. */
const TRACED_BATCH = 2;

/** Traces a model. Inputs, outputs and weights keep their public names. */
export function inferenceGraph(trained: TrainedModel): InferenceGraph {
  const { builder, ...tensors } = traceInference(trained);
  const nodes = leadingTo([tensors.logits, tensors.probabilities], builder.nodes);
  return { nodes, ...tensors, imageSize: trained.settings.model.imageSize, classes: trained.classNames.length };
}

function traceInference({ model, settings, isMultiLabel }: TrainedModel) {
  const { imageSize } = settings.model;
  const builder = new GraphBuilder();
  const tracer = new Tracer(builder, [anyBatch]);
  const images = builder.add({
    name: 'images',
    op: 'Placeholder',
    attributes: { dtype: typeAttribute(DataType.float32), shape: shapeAttribute([-1, imageSize, imageSize, 3]) },
    outputs: [{ dtype: DataType.float32, shape: [TRACED_BATCH, imageSize, imageSize, 3] }],
  }).outputs[0]!;
  let outputs: Record<'logits' | 'probabilities', Ref>;
  tf.tidy(() => {
    for (const { name, variable } of model.weights) {
      const values = variable.dataSync<'float32'>();
      const type = { dtype: DataType.float32, shape: variable.shape };
      const value = { kind: 'tensor', value: { type, bytes: bytesOf(values), uniform: false } } as const;
      const attributes = { dtype: typeAttribute(DataType.float32), value };
      tracer.bind(variable, builder.add({ name, op: 'Const', attributes, outputs: [type] }).outputs[0]!);
    }
    const pixels = tf.zeros([TRACED_BATCH, imageSize, imageSize, 3]);
    tracer.bind(pixels, images);
    outputs = tracer.record(() => {
      const logits = model.infer(pixels);
      const probabilities = isMultiLabel ? tf.sigmoid(logits) : tf.softmax(logits);
      return { logits: tracer.refOf(logits), probabilities: tracer.refOf(probabilities) };
    });
  });
  const named = (name: 'logits' | 'probabilities'): Ref => {
    const type = builder.typeOf(outputs[name]);
    const attributes = { T: typeAttribute(DataType.float32) };
    return builder.add({ name, op: 'Identity', inputs: [outputs[name]], attributes, outputs: [type] }).outputs[0]!;
  };
  return { builder, images, logits: named('logits'), probabilities: named('probabilities') };
}

/** Traced shapes are constants: this rewrite replaces a leading batch size by -1 (any). */
const anyBatch: Rewrite = ({ op, inputs, attributes, outputs }: TracedOp, builder) => {
  const place = SHAPE_INPUT[op];
  const [output] = outputs;
  if (place === undefined || output?.shape[0] !== TRACED_BATCH) return undefined;
  if (builder.typeOf(inputs[0]!).shape[0] !== TRACED_BATCH) return undefined;
  const shape = builder.ints([-1, ...output.shape.slice(1)]);
  return [builder.op(op, inputs.with(place, shape), attributes, output)];
};

/** Index of the input that is the shape of an op's output. There -1 means the remaining size. */
const SHAPE_INPUT: Readonly<Record<string, number>> = { Reshape: 1, Slice: 2 };

/** Keeps the nodes that the outputs depend on, in order; drops the traced shapes that were replaced. */
function leadingTo(outputs: readonly Ref[], nodes: readonly GraphNode[]): GraphNode[] {
  const needed = new Set(outputs.map(({ node }) => node));
  const kept = nodes.toReversed().filter(({ name, inputs }) => {
    if (!needed.has(name)) return false;
    for (const { node } of inputs) needed.add(node);
    return true;
  });
  return kept.toReversed();
}
