import { InputError } from '../../../core/errors.js';

const DEFAULT_BYTES = 20e9;
const UNITS = { kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 } as const;

/**
 * Limit of decoded images, features and graphs together, in bytes, from SWEEPWRIGHT_CACHE_LIMIT: `50 GB`, `800MB` or `none`.
 * Default: 20 GB.
 *
 * @throws {InputError} CACHE_LIMIT_INVALID
 */
export function cacheLimit(env: NodeJS.ProcessEnv): number {
  const text = env['SWEEPWRIGHT_CACHE_LIMIT']?.trim().toLowerCase();
  if (!text) return DEFAULT_BYTES;
  if (text === 'none') return Infinity;
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]b)$/.exec(text) ?? [];
  if (number !== undefined) return Number(number) * UNITS[unit as keyof typeof UNITS];
  throw new InputError('CACHE_LIMIT_INVALID', `SWEEPWRIGHT_CACHE_LIMIT is "${text}", which is no size`, {
    hint: 'Write it as 50GB, 800MB or none.',
  });
}
