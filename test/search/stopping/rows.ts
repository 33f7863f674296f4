import type { Params } from '../../../src/core/parameters.js';
import type { Observation } from '../../../src/core/trial/observation.js';
import { Curves } from '../../../src/search/stopping/curves.js';
import type { Curve, CurveOptions } from '../../../src/search/stopping/curve.js';

export type Row = readonly (number | undefined)[];

export interface RowOptions {
  readonly status?: Observation['status'];
  readonly params?: Params;
  readonly seed?: number;
  /** Seconds of each epoch; default 1. */
  readonly seconds?: number;
}

/** A recorded trial with these values of the objective, one for each epoch. */
export function rowOf(
  id: number,
  values: Row,
  { status = 'running', params = {}, seed = 0, seconds = 1 }: RowOptions = {},
): Observation {
  return {
    ...{ id, key: String(id), position: id, params: { epochs: 10, ...params }, seed, status, attempt: 1 },
    epochs: values.map((objective, index) => ({ epoch: index + 1, objective, seconds })),
    failure: status === 'failed' ? 'code' : undefined,
  };
}

export const options = (more: Partial<CurveOptions> = {}): CurveOptions => ({
  goal: 'minimize',
  within: [],
  defaults: {},
  ...more,
});

export const curvesOf = (rows: readonly Observation[], more: Partial<CurveOptions> = {}): Curves =>
  new Curves(options(more), rows);

export function curveIn(curves: Curves, id: number): Curve {
  const curve = curves.get(id);
  if (curve === undefined) throw new Error(`no trial ${id}`);
  return curve;
}
