/** The only import of TensorFlow.js: every other file imports `tf` from here. */
import { createRequire } from 'node:module';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node-gpu';
import { registerAttributeNames } from './attribute-names.js';
import type { NativeBackend } from './binding.js';

// tfjs-node 4.22 calls util.isNullOrUndefined when it loads. Node 22 warns about the function, and Node 23 removed it.
const legacyUtil = util as { isNullOrUndefined?: (value: unknown) => boolean };
legacyUtil.isNullOrUndefined = (value) => value === null || value === undefined;

export const tf = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as typeof TensorFlow;
registerAttributeNames((tf.backend() as unknown as NativeBackend).binding);

export type { Tensor, Tensor4D, TensorContainer, Variable } from '@tensorflow/tfjs-node-gpu';
