import type { TrainerManifest } from '../../core/trainer/manifest.js';
import { isMapping, type DeclaredParameter } from '../read-parameters.js';
import type { PathFinding } from '../text/text-map.js';

/** Checks a parameter with `find`. `manifest`: the built-in trainer's; `undefined` for another trainer. */
export function checkFind(
  { name, path, form }: DeclaredParameter,
  method: unknown,
  manifest: TrainerManifest | undefined,
): PathFinding[] {
  const find = [...path, 'find'];
  const findable = manifest?.findable?.parameter;
  if (findable === undefined) {
    const message = `\`find\` works with the built-in trainer only, and this sweep has another`;
    return [{ path: find, at: 'key', rule: 'unsupported', message, suggestion: SUGGESTION }];
  }
  if (name !== findable) {
    const message = `\`${name}\` cannot have \`find\`: only \`${findable}\` has a test`;
    return [{ path: find, at: 'key', rule: 'unsupported', message, suggestion: SUGGESTION }];
  }
  const settings = isMapping(form) && isMapping(form['find']) ? form['find'] : {};
  if (method !== 'grid' && 'points' in settings) {
    const message = '`points` is the number of values in a grid; other methods search the whole range';
    return [{ path: [...find, 'points'], at: 'key', rule: 'unsupported', message, suggestion: 'Give `spread` alone.' }];
  }
  const { points = 3, spread = 3 } = settings as { readonly points?: number; readonly spread?: number };
  if (method === 'grid' && points > 1 && spread ** (2 / (points - 1)) < CLOSEST) {
    const message = `${points} values with a \`spread\` of ${spread} are too close to one another to tell apart`;
    return [
      { path: find, at: 'value', rule: 'out-of-range', message, suggestion: 'Take fewer, or spread them further.' },
    ];
  }
  return [];
}

/** Smallest factor between neighbouring values: they are rounded to three digits. */
const CLOSEST = 1.02;

const SUGGESTION = 'Give it `values`, or `min` and `max`.';
