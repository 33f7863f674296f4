import { sweepSchema } from '../sweep/schema/schema.js';
import { imageClassifier } from '../trainer/manifest.js';

/** JSON Schema of sweep files, the parameters of the built-in trainer included. */
export const sweepFileSchema = (): object => sweepSchema(imageClassifier);
