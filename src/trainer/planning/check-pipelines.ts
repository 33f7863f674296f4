import type { ParamValue } from '../../core/parameters.js';
import type { DeclaredParameters } from '../../core/trainer-description.js';
import { readPipeline } from '../data/augmentation/read-pipeline.js';

/**
 * Reads every augmentation pipeline that a sweep declares, so that a mistake in the last one shows before the first trial.
 *
 * @throws {InputError} PARAMETER_INVALID
 */
export function checkPipelines({ axes, fixed }: DeclaredParameters): void {
  const axis = axes.find(({ name }) => name === 'augment')?.distribution;
  const values: readonly (ParamValue | undefined)[] = axis && 'values' in axis ? axis.values : [fixed['augment']];
  for (const value of values) if (isList(value)) readPipeline(value);
}

const isList = (value: ParamValue | undefined): value is readonly ParamValue[] => Array.isArray(value);
