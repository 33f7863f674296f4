import { unreachable } from '../errors.js';
import { formatParam, notationOf, type Notation } from '../format.js';
import type { ParamValue } from '../parameters.js';
import type { Distribution } from './distribution.js';

/** How a parameter varies, in a few words: "0, 1, 2", "int_uniform from 1 to 10". @param notation - default: that of its numbers */
export function describeDistribution(
  distribution: Distribution,
  notation = notationOf(numbersOf(distribution)),
): string {
  const { kind } = distribution;
  const text = (value: number): string => formatParam(value, notation);
  switch (kind) {
    case 'categorical':
      return listed(distribution.values, notation);
    case 'categorical_w_probabilities':
      return distribution.values
        .map((value, index) => `${valueText(value, notation)} (${distribution.probabilities[index]!})`)
        .join(', ');
    case 'int_uniform':
    case 'uniform':
    case 'log_uniform':
    case 'log_uniform_values':
    case 'inv_log_uniform':
    case 'inv_log_uniform_values':
      return `${kind} from ${text(distribution.min)} to ${text(distribution.max)}`;
    case 'found_values':
      return `found for each ${distribution.per}, times ${distribution.factors.map(short).join(', ')}`;
    case 'found_range':
      return `found for each ${distribution.per}, log_uniform from ${short(distribution.min)} to ${short(distribution.max)} times it`;
    case 'q_uniform':
    case 'q_log_uniform':
    case 'q_log_uniform_values':
      return `${kind} from ${text(distribution.min)} to ${text(distribution.max)}, q ${text(distribution.q)}`;
    case 'normal':
    case 'log_normal':
      return `${kind}, mu ${text(distribution.mu)}, sigma ${text(distribution.sigma)}`;
    case 'q_normal':
    case 'q_log_normal':
      return `${kind}, mu ${text(distribution.mu)}, sigma ${text(distribution.sigma)}, q ${text(distribution.q)}`;
    case 'beta':
      return `${kind}, a ${text(distribution.a)}, b ${text(distribution.b)}`;
    case 'q_beta':
      return `${kind}, a ${text(distribution.a)}, b ${text(distribution.b)}, q ${text(distribution.q)}`;
    default:
      return unreachable(distribution);
  }
}

/** The numbers in the description of a distribution. */
export const numbersOf = (distribution: Distribution): readonly unknown[] =>
  Object.values(distribution).flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));

const short = (factor: number): string => formatParam(Number(factor.toPrecision(3)));

/** A list of values; of more than 12 the middle is left out. */
export function listed(values: readonly ParamValue[], notation = notationOf(values)): string {
  const texts = values.map((value) => valueText(value, notation));
  if (texts.length <= MAX_LISTED) return texts.join(', ');
  return `${texts.slice(0, MAX_LISTED - 2).join(', ')}, ..., ${texts.at(-1)!} (${texts.length})`;
}

const MAX_LISTED = 12;

/** A parameter's value, numbers as in every list of trials: `3e-5`. */
export const valueText = (value: ParamValue, notation?: Notation): string =>
  typeof value === 'number' ? formatParam(value, notation) : shown(value);

/** A value as the file has it, cut to 60 characters. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
