import { canonicalJson, type ParamValue } from '../../core/parameters.js';
import type { Distribution } from '../../core/space/distribution.js';
import type { Domain } from '../read-parameters.js';

/**
 * A parameter with each of its values once, as W&B's own files repeat some; probabilities of the same value are added up.
 * `repeated`: the values that stood there more than once, each of them once.
 */
export function withoutRepeats(domain: Domain): { readonly domain: Domain; readonly repeated: readonly ParamValue[] } {
  if (domain.kind !== 'categorical' && domain.kind !== 'categorical_w_probabilities') return { domain, repeated: [] };
  const places = new Map<string, number>();
  const values: ParamValue[] = [];
  const repeated = new Map<string, ParamValue>();
  const target = domain.values.map((value) => {
    const json = canonicalJson(value);
    const place = places.get(json);
    if (place !== undefined) {
      repeated.set(json, value);
      return place;
    }
    places.set(json, values.length);
    values.push(value);
    return values.length - 1;
  });
  if (repeated.size === 0) return { domain, repeated: [] };
  const again = [...repeated.values()];
  if (domain.kind === 'categorical') return { domain: { kind: domain.kind, values }, repeated: again };
  const { probabilities } = domain;
  // A list of another length is an error, which is reported for the lists as they are written.
  if (probabilities.length !== target.length) return { domain, repeated: again };
  const summed = values.map(() => 0);
  probabilities.forEach((probability, index) => (summed[target[index]!]! += probability));
  return { domain: { kind: domain.kind, values, probabilities: summed }, repeated: again };
}

/** What to know of log_uniform and its kin when their bounds look like values: W&B's take exponents of e. */
export function exponentNotes(name: string, distribution: Distribution): string[] {
  const { kind } = distribution;
  if (kind !== 'log_uniform' && kind !== 'q_log_uniform' && kind !== 'inv_log_uniform') return [];
  const { min, max } = distribution;
  if (min <= 0 || (min >= SMALL_EXPONENT && max > 1)) return [];
  const [low, high] = [min, max].map((bound) => Number(Math.exp(bound).toPrecision(4)));
  const range = kind === 'inv_log_uniform' ? '' : `: it is drawn from e^${min} = ${low!} to e^${max} = ${high!}`;
  return [
    `\`${name}\`: the bounds of ${kind} are exponents of e${range}; for bounds that are values take ${kind}_values`,
  ];
}

/** Exponents between 0 and this one are hardly ever meant: they give values from 1 to 1.1. */
const SMALL_EXPONENT = 0.1;
