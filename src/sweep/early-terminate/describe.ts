import { valueText } from '../../core/space/describe-distribution.js';
import type { ParamValue } from '../../core/parameters.js';
import type { EarlyTermination } from '../../core/trial/early-termination.js';

/** A rule as a file would write it, defaults included: `hyperband {min_iter: 3, eta: 3, strict: true}`. */
export function describeEarlyTermination({ type, ...settings }: EarlyTermination): string {
  const { bands = {}, ...others } = settings as { readonly bands?: object };
  const written = Object.entries<ParamValue | undefined>({ ...bands, ...others }).flatMap(([name, value]) => {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) return [];
    return [`${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}: ${textOf(value)}`];
  });
  return `${type}${written.length === 0 ? '' : ` {${written.join(', ')}}`}`;
}

const textOf = (value: ParamValue): string => (typeof value === 'string' ? value : valueText(value));
