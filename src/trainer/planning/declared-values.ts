import type { ParamValue } from '../../core/parameters.js';
import { bounds, isFound } from '../../core/space/distribution.js';
import type { DeclaredParameters } from '../../core/trainer/trainer-description.js';
import { imageClassifier } from '../manifest.js';

/** The values that a sweep gives one of the classifier's parameters that has a default; the ends of a range; none where a test finds them. */
export function declaredValues(name: string, { axes, fixed }: DeclaredParameters): readonly ParamValue[] {
  const distribution = axes.find((axis) => axis.name === name)?.distribution;
  if (distribution === undefined) return [fixed[name] ?? imageClassifier.parameters[name]!.default!];
  if (isFound(distribution)) return [];
  return 'values' in distribution ? distribution.values : bounds(distribution);
}
