import { formatCounted } from '../../core/format.js';
import type { TrainerManifest } from '../../core/trainer/manifest.js';
import type { ParamValue } from '../../core/parameters.js';
import { bounds, type Distribution } from '../../core/space/distribution.js';
import type { Path } from '../text/path.js';
import { isMapping, type DeclaredParameter } from '../read-parameters.js';
import { supportOf } from '../../core/space/support.js';
import type { Finding, PathFinding } from '../text/text-map.js';
import { fits } from '../schema/validator.js';
import { expected } from '../schema/wording.js';

/**
 * Checks a distribution for what a schema cannot express. `manifest`: the built-in trainer's; `undefined` for another trainer,
 * which accepts any value.
 */
export function checkDistribution(
  declared: DeclaredParameter,
  distribution: Distribution,
  method: unknown,
  manifest: TrainerManifest | undefined,
): PathFinding[] {
  const { name } = declared;
  const find = (key: string, finding: Finding): PathFinding[] => [{ ...placeOf(declared, key), ...finding }];
  if (distribution.kind === 'categorical_w_probabilities') {
    const error = probabilityError(distribution.values.length, distribution.probabilities);
    if (error !== undefined) return find('probabilities', { rule: 'probabilities', message: `\`${name}\` ${error}` });
  }
  if ('min' in distribution && distribution.min >= distribution.max) {
    const { min, max } = distribution;
    const message = `\`max\` of \`${name}\` is ${max}, not above its \`min\`, ${min}`;
    const suggestion = min > max ? 'Swap the two.' : `For a single value write \`${name}: {value: ${min}}\`.`;
    return find('max', { rule: 'min-not-below-max', message, suggestion });
  }
  if (!isMeasurable(distribution)) {
    return find('max', {
      rule: 'out-of-range',
      message: `the range of \`${name}\` exceeds the range of a 64-bit number`,
    });
  }
  if (supportOf(distribution, 'random')?.size === 0) {
    const message = `no multiple of \`q\` lies within the range of \`${name}\``;
    return find('q', { rule: 'empty', message, suggestion: 'Take a smaller `q`. Without one it is 1.' });
  }
  if (method === 'grid' && supportOf(distribution, method) === undefined) {
    return find('distribution', { rule: 'not-for-grid', ...gridFinding(name, distribution.kind) });
  }
  return manifest === undefined || 'values' in distribution ? [] : checkRange(declared, distribution, method, manifest);
}

/** The place of the first of `keys` that the parameter has; the parameter's name if it has none of them. */
function placeOf(
  { path, form }: DeclaredParameter,
  ...keys: readonly string[]
): { readonly path: Path; readonly at: 'key' | 'value' } {
  const key = keys.find((candidate) => isMapping(form) && candidate in form);
  return key === undefined ? { path, at: 'key' } : { path: [...path, key], at: 'value' };
}

function probabilityError(values: number, probabilities: readonly number[]): string | undefined {
  if (probabilities.length !== values)
    return `has ${probabilities.length} ${probabilities.length === 1 ? 'probability' : 'probabilities'} for ${formatCounted(values, 'value')}`;
  const sum = probabilities.reduce((total, probability) => total + probability, 0);
  return Math.abs(sum - 1) > 1e-5 ? `has probabilities that add up to ${Number(sum.toPrecision(6))}, not 1` : undefined;
}

function isMeasurable(distribution: Distribution): boolean {
  if ('values' in distribution) return true;
  const [low, high] = bounds(distribution);
  if (distribution.kind === 'int_uniform') return [low, high, high - low + 1].every(Number.isSafeInteger);
  return Number.isFinite(low) && Number.isFinite(high);
}

function gridFinding(name: string, kind: Distribution['kind']): Pick<Finding, 'message' | 'suggestion'> {
  if (kind === 'categorical_w_probabilities') {
    return {
      message: `\`${name}\` has probabilities, and a grid tries every value once`,
      suggestion: 'Remove the probabilities, or take `method: random`.',
    };
  }
  return {
    message: `\`${name}\` is ${kind}: a grid cannot try all of its values`,
    suggestion: 'List `values`, or take int_uniform or q_uniform, or `method: random`.',
  };
}

/** Checks samples of a range, its two ends among them, against the trainer's schema of the parameter. */
function checkRange(
  declared: DeclaredParameter,
  distribution: Exclude<Distribution, { values: readonly ParamValue[] }>,
  method: unknown,
  manifest: TrainerManifest,
): PathFinding[] {
  const { name } = declared;
  const schema = manifest.parameters[name];
  if (schema === undefined) return [];
  const samples = samplesOf(distribution, method);
  const wrong = samples.filter((value) => !fits(value, schema, manifest));
  return wrong.slice(0, 1).map((value) => {
    const key = value === samples[0] ? 'min' : value === samples.at(-1) ? 'max' : 'distribution';
    const message = `\`${name}\` must be ${expected({ ...schema })}, and this range gives ${Number(value.toPrecision(6))}`;
    return {
      ...placeOf(declared, key, 'distribution'),
      rule: 'out-of-range',
      message,
      suggestion: rangeRemedy(distribution, value),
    };
  });
}

/** Numbers in a range, lowest first and highest last: all of them up to 1000, otherwise a sample. */
function samplesOf(distribution: Exclude<Distribution, { values: readonly ParamValue[] }>, method: unknown): number[] {
  const support = supportOf(distribution, method);
  if (support === undefined) {
    const [low, high] = bounds(distribution);
    return [low, low + (high - low) * 0.618, high];
  }
  const { size } = support;
  const few = Array.from({ length: Math.min(size, 1000) }, (_, index) => index);
  return [...few, ...(size > few.length ? [Math.floor(size / 2), size - 1] : [])].map(
    (index) => support.at(index) as number,
  );
}

function rangeRemedy({ kind }: Distribution, value: number): string | undefined {
  if (kind === 'log_uniform' || kind === 'q_log_uniform' || kind === 'inv_log_uniform') {
    return `The bounds of ${kind} are exponents of e. For bounds that are values take ${kind}_values.`;
  }
  if (kind.includes('normal')) return 'Take a distribution with `min` and `max`.';
  return Number.isInteger(value) ? undefined : 'Write whole bounds, give `q`, or list `values`.';
}
