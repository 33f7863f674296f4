import type { ParamValue, Params } from '../../core/parameters.js';
import type { DeclaredParameters } from '../../core/trainer/trainer-description.js';
import { imageClassifier } from '../manifest.js';
import { planBackbone, type Backbone } from '../networks/backbones.js';
import { declaredValues } from './declared-values.js';

/** The settings that decide a result most, in the order to show them. */
const NOTABLE = [
  ...['backbone', 'weights', 'unfreeze', 'image_size', 'augment'],
  ...['optimizer', 'learning_rate', 'schedule', 'batch_size', 'epochs', 'loss', 'gamma', 'dropout'],
];

/** The values of those settings that decide a result most and that a sweep leaves at their defaults. */
export function notableDefaults(declared: DeclaredParameters): Params {
  const named = new Set([...declared.axes.map(({ name }) => name), ...Object.keys(declared.fixed)]);
  return Object.fromEntries(
    NOTABLE.filter((name) => !named.has(name)).flatMap((name) => {
      const value = imageClassifier.parameters[name]!.default ?? ofBackbones(name, declared);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** A default that each backbone has its own of: one value, or `224 (b0), 300 (b3)`. */
function ofBackbones(name: string, declared: DeclaredParameters): ParamValue | undefined {
  const backbones = declaredValues('backbone', declared) as readonly Backbone[];
  const values = backbones.map((backbone) => {
    const { resolution, dropout } = planBackbone(backbone);
    return name === 'image_size' ? resolution : dropout;
  });
  if (new Set(values).size === 1) return values[0]!;
  return backbones.map((backbone, index) => `${values[index]!} (${backbone})`).join(', ');
}
