/** A value that a parameter of a trial can take: what JSON can hold, lists and objects included (`alpha: [0.25, 0.75]`). */
export type ParamValue =
  number | string | boolean | null | readonly ParamValue[] | { readonly [name: string]: ParamValue };

/** Parameter names (snake_case; nested ones joined by dots, `optimizer.momentum`) and their values. */
export type Params = Readonly<Record<string, ParamValue>>;

/**
 * The one spelling of a value: object keys sorted, numbers as JavaScript prints them (3e-5 and 0.00003 are the same,
 * so are 1 and 1.0, 0 and -0). Equal values give equal strings; used for keys and comparisons.
 */
export function canonicalJson(value: ParamValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value === 0 ? 0 : value);
}

/** Whether a list holds a value that is equal, however the two are written. */
export function includesValue(values: readonly ParamValue[], value: ParamValue): boolean {
  const json = canonicalJson(value);
  return values.some((candidate) => canonicalJson(candidate) === json);
}
