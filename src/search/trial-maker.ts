import { canonicalJson, type Params, type ParamValue } from '../core/parameters.js';
import type { SearchSpace } from '../core/space/search-space.js';
import type { TrialSpec } from '../core/trial/trial.js';
import type { Point } from './points/points.js';
import { trialKeys, type Identity } from './trial-key.js';

/** What a point becomes a trial with. */
export interface TrialPlace extends Pick<TrialSpec, 'position' | 'seed'> {
  /** From 0; ignored where the space has no folds. */
  readonly fold: number;
  readonly origin: string | undefined;
}

/** Makes trials of points: parameters and key. */
export function trialMaker(
  { axes, fixed, folds }: SearchSpace,
  identity: Identity,
): (point: Point, place: TrialPlace) => TrialSpec {
  const keyOf = trialKeys(identity);
  const names = axes.map(({ name }) => name);
  // Copying an object that has all its keys and setting values is several times faster than adding the keys.
  const template: Record<string, ParamValue> = { ...Object.fromEntries(names.map((name) => [name, null])), ...fixed };
  return (point, { position, seed, fold, origin }) => {
    const params = { ...template };
    point.forEach((value, axis) => (params[names[axis]!] = value));
    if (folds !== undefined) params['fold'] = fold;
    const trial = { key: keyOf(params, seed), position, seed, params };
    return origin === undefined ? trial : { ...trial, origin };
  };
}

/** A trial's value on each axis; `undefined` if its parameters are not those of the search space. */
export function pointOf(params: Params, { axes, fixed }: SearchSpace, defaults: Params): ParamValue[] | undefined {
  const valueOf = (name: string): ParamValue | undefined =>
    Object.hasOwn(params, name) ? params[name] : Object.hasOwn(defaults, name) ? defaults[name] : undefined;
  const isEqual = (a: ParamValue | undefined, b: ParamValue | undefined): boolean =>
    a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);
  const varied = new Set(axes.map(({ name }) => name));
  const others = Object.keys(params).filter((name) => !varied.has(name) && !Object.hasOwn(fixed, name));
  if (!Object.keys(fixed).every((name) => isEqual(valueOf(name), fixed[name]))) return undefined;
  if (!others.every((name) => Object.hasOwn(defaults, name) && isEqual(params[name], defaults[name]))) return undefined;
  const point = axes.map(({ name }) => valueOf(name));
  return point.every((value) => value !== undefined) ? point : undefined;
}
