import type { ParamValue } from '../../core/parameters.js';
import type { SweepDefinition } from '../../sweep/definition.js';
import { readPipeline } from '../../trainer/data/augmentation/read-pipeline.js';

/**
 * Reads every pipeline that a sweep of the built-in trainer declares: a slip in the last of them is known before the first
 * trial, and not after all others have run. Throws InputError PARAMETER_INVALID.
 */
export function checkPipelines({ axes, fixed }: SweepDefinition): void {
  const axis = axes.find(({ name }) => name === 'augment')?.distribution;
  const values: readonly (ParamValue | undefined)[] = axis && 'values' in axis ? axis.values : [fixed['augment']];
  for (const value of values) if (isList(value)) readPipeline(value);
}

const isList = (value: ParamValue | undefined): value is readonly ParamValue[] => Array.isArray(value);
