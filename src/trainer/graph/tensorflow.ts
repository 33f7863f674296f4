/** The one door to TensorFlow: everything else in this room imports `tf` from here. */
import { createRequire } from 'node:module';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-node-gpu';
import { teachAttributeNames } from './attribute-names.js';
import type { NativeBackend } from './running/binding.js';

// tfjs-node 4.22 calls util.isNullOrUndefined, which Node 22 warns about and Node 23 removed. It has to be there before the
// package loads.
const legacyUtil = util as { isNullOrUndefined?: (value: unknown) => boolean };
legacyUtil.isNullOrUndefined = (value) => value === null || value === undefined;

export const tf = createRequire(import.meta.url)('@tensorflow/tfjs-node-gpu') as typeof TensorFlow;
teachAttributeNames((tf.backend() as unknown as NativeBackend).binding);

export type { Tensor, Tensor4D, TensorContainer, Variable } from '@tensorflow/tfjs-node-gpu';
