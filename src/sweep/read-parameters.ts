import type { ParamValue } from '../core/parameters.js';
import type { Distribution, FoundDistribution } from '../core/space/distribution.js';
import type { DistributionName } from './schema/parameter-schema.js';
import { parameterName, type Path } from './text/path.js';

/** The distribution of a parameter that varies, or the value of one that does not. */
export type Domain = Distribution | { readonly kind: 'fixed'; readonly value: ParamValue };

/** A parameter as the file declares it. Nested parameters have their full names. */
export interface DeclaredParameter {
  readonly name: string;
  readonly path: Path;
  /** The value of its key. Not checked: possibly no mapping. */
  readonly form: unknown;
}

/** Every parameter of a sweep in the order of the file. */
export function declaredParameters(sweep: Mapping): DeclaredParameter[] {
  return below(['parameters'], sweep['parameters']);
}

function below(path: Path, parameters: unknown): DeclaredParameter[] {
  if (!isMapping(parameters)) return [];
  return Object.entries(parameters).flatMap(([key, form]) => {
    const inner = [...path, key];
    if (isMapping(form) && isMapping(form['parameters'])) return below([...inner, 'parameters'], form['parameters']);
    return [{ name: parameterName(inner)!, path: inner, form }];
  });
}

export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A parameter with W&B's rules of inference and defaults applied: a single value, or how it is distributed. `isWhole` says
 * whether a bound is written as an integer: W&B takes `min: 1, max: 10` for integers and `min: 1.0, max: 10.0` for a range.
 * The form must be valid by the schema.
 */
export function readParameter(form: Mapping, isWhole: (key: 'min' | 'max') => boolean): Domain {
  const kind = (form['distribution'] as DistributionName | undefined) ?? inferKind(form, isWhole);
  const number = (key: string, otherwise: number): number => (form[key] as number | undefined) ?? otherwise;
  const values = (form['values'] ?? []) as readonly ParamValue[];
  const [min, max, q] = [number('min', 0), number('max', 0), number('q', 1)];
  const [mu, sigma, a, b] = [number('mu', 0), number('sigma', 1), number('a', 1), number('b', 1)];
  switch (kind) {
    case 'constant':
      return { kind: 'fixed', value: form['value'] as ParamValue };
    case 'categorical':
      return { kind, values };
    case 'categorical_w_probabilities':
      return { kind, values, probabilities: form['probabilities'] as readonly number[] };
    case 'q_uniform':
    case 'q_log_uniform':
    case 'q_log_uniform_values':
      return { kind, min, max, q };
    case 'normal':
    case 'log_normal':
      return { kind, mu, sigma };
    case 'q_normal':
    case 'q_log_normal':
      return { kind, mu, sigma, q };
    case 'beta':
      return { kind, a, b };
    case 'q_beta':
      return { kind, a, b, q };
    case 'int_uniform':
      return { kind, min, max };
    default:
      return { kind, min, max };
  }
}

/**
 * A parameter with `find`: its values are factors of a result that a test finds. A grid has `points` factors, evenly spaced on a
 * log scale; a random search draws between the lowest and the highest. The form must be valid by the schema.
 */
export function readFound({ find }: Mapping, method: unknown, per: string): FoundDistribution {
  const given = isMapping(find) ? find : {};
  const isGrid = method === 'grid';
  const { points = 3, spread = isGrid ? 3 : 10 } = given as { readonly points?: number; readonly spread?: number };
  if (!isGrid) return { kind: 'found_range', per, min: 1 / spread, max: spread };
  const factors = Array.from({ length: points }, (_, point) =>
    points === 1 ? 1 : spread ** ((2 * point) / (points - 1) - 1),
  );
  return { kind: 'found_values', per, factors };
}

function inferKind(form: Mapping, isWhole: (key: 'min' | 'max') => boolean): DistributionName {
  if ('value' in form) return 'constant';
  if ('values' in form) return 'probabilities' in form ? 'categorical_w_probabilities' : 'categorical';
  return isWhole('min') && isWhole('max') ? 'int_uniform' : 'uniform';
}
