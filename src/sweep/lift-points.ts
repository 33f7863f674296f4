import { canonicalJson, type ParamValue } from '../core/parameters.js';
import { isMapping, type Mapping } from './read-parameters.js';
import type { Path } from './text/path.js';
import type { PathFinding } from './text/text-map.js';

/** A sweep whose points are read as parameters. */
export interface LiftedPoints {
  readonly sweep: Mapping;
  /** Where the text has what a finding about the sweep is about. */
  readonly placeOf: (path: Path) => Path;
  readonly findings: readonly PathFinding[];
}

/**
 * Reads the `points` of a list as parameters, each with the values that it has in the points, so that they are checked as any
 * parameter is. A name that stands below `parameters` as well is a finding.
 */
export function liftPoints(sweep: Mapping): LiftedPoints {
  const points = sweep['points'];
  if (sweep['method'] !== 'list' || !Array.isArray(points)) return { sweep, placeOf: (path) => path, findings: [] };
  const declared = isMapping(sweep['parameters']) ? sweep['parameters'] : {};
  const findings: PathFinding[] = [];
  const lifted = new Map<string, Map<string, { readonly value: unknown; readonly point: number }>>();
  for (const [index, point] of points.entries()) {
    for (const [name, value] of Object.entries(isMapping(point) ? point : {})) {
      if (Object.hasOwn(declared, name)) {
        findings.push({ path: ['points', index, name], at: 'key', rule: 'points', ...declaredTwice(name) });
        continue;
      }
      const values = lifted.get(name) ?? new Map<string, { value: unknown; point: number }>();
      lifted.set(name, values);
      const key = canonicalJson(value as ParamValue);
      if (!values.has(key)) values.set(key, { value, point: index });
    }
  }
  const forms = Array.from(lifted, ([name, values]) => [
    name,
    { values: [...values.values()].map(({ value }) => value) },
  ]);
  return {
    findings,
    sweep: { ...sweep, parameters: { ...declared, ...Object.fromEntries(forms) } },
    placeOf: (path) => {
      const [top, name, , index = 0] = path;
      const values = top === 'parameters' ? lifted.get(String(name)) : undefined;
      const found = values && [...values.values()][Number(index)];
      return found === undefined ? path : ['points', found.point, String(name)];
    },
  };
}

const declaredTwice = (name: string): { readonly message: string; readonly suggestion: string } => ({
  message: `\`${name}\` is below \`parameters\`, too`,
  suggestion: 'Keep it in one of the two places.',
});
