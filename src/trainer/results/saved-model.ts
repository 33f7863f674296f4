import { DataType } from '../graph/native/binding.js';
import { encodeSavedModel } from '../graph/building/graph-def.js';
import type { InferenceGraph } from './inference-graph.js';

/** The bytes of a `saved_model.pb` with the signature `serving_default`: `images` to `logits` and `probabilities`. */
export function toSavedModel(graph: InferenceGraph): Uint8Array {
  const { nodes, images, logits, probabilities, imageSize, classes } = graph;
  const dtype = DataType.float32;
  return encodeSavedModel(nodes, {
    inputs: { images: { ref: images, dtype, shape: [-1, imageSize, imageSize, 3] } },
    outputs: {
      logits: { ref: logits, dtype, shape: [-1, classes] },
      probabilities: { ref: probabilities, dtype, shape: [-1, classes] },
    },
  });
}
