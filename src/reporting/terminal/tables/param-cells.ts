import { formatParam, notationOf, type Notation } from '../../../core/format.js';
import type { Params, ParamValue } from '../../../core/parameters.js';

/** A parameter's cell; `-` where it has none. */
export const paramText = (value: ParamValue | undefined, notation: Notation | undefined): string =>
  value == null ? '-' : formatParam(value, notation);

/** One notation for the numbers of each parameter's column. */
export const columnNotations = (
  rows: readonly { readonly params: Params }[],
  names: readonly string[],
): ReadonlyMap<string, Notation> =>
  new Map(names.map((name) => [name, notationOf(rows.map(({ params }) => params[name]))]));
