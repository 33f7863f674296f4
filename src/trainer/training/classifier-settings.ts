import type { Params } from '../../core/parameters.js';
import { imageClassifier } from '../manifest.js';
import { readAugmentationSettings, type AugmentationSettings } from './parameters/augmentation.js';
import { readComputationSettings, type ComputationSettings } from './parameters/computation.js';
import { readDataSettings, type DataSettings } from './parameters/data.js';
import { readModelSettings, type ModelSettings } from './parameters/model.js';
import { readOptimizationSettings, type OptimizationSettings } from './parameters/optimization.js';
import { readParameters } from './parameters/reader.js';

/** The image classifier's parameters with all defaults filled in. The manifest describes each one. */
export interface ClassifierSettings {
  readonly model: ModelSettings;
  readonly optimization: OptimizationSettings;
  readonly data: DataSettings;
  readonly augmentation: AugmentationSettings;
  readonly computation: ComputationSettings;
}

/** @throws InputError PARAMETER_UNKNOWN, PARAMETER_INVALID */
export function readSettings(params: Params): ClassifierSettings {
  const read = readParameters(params, imageClassifier.parameters);
  return {
    model: readModelSettings(read),
    optimization: readOptimizationSettings(read),
    data: readDataSettings(read),
    augmentation: readAugmentationSettings(read),
    computation: readComputationSettings(read),
  };
}
