import { InputError } from '../../core/errors.js';

/** An exclude rule by index: it excludes a point whose index is one of these on every axis named here. */
export type IndexRule = ReadonlyMap<number, ReadonlySet<number>>;

/** The points of a grid that no rule excludes, in odometer order (the last axis turns fastest), without listing them. */
export interface AllowedPoints {
  /** Exact number of points. */
  readonly count: number;
  /** Index on each axis of the point with this rank, from 0 to count - 1. */
  at(rank: number): number[];
  /** The rank of a point; `undefined` where a rule excludes it. */
  rankOf(indices: readonly number[]): number | undefined;
}

/**
 * Counts the allowed points below every prefix of a point: what is left to decide after the first axes depends only on which
 * rules can still strike, so prefixes that agree on those share one node, and values of an axis that satisfy the same rules
 * share one edge. Ranks are then read off by walking down. Axes hold up to 2^53 points in all; throws an `InputError` when
 * rules interlock in so many ways that the nodes would not fit into memory (counting them in general is #P-hard).
 */
export function allowedPoints(sizes: readonly number[], rules: readonly IndexRule[]): AllowedPoints {
  const root = buildNodes(sizes, rules);
  return {
    count: root.count,
    at(rank) {
      let node = root;
      let left = rank;
      return sizes.map(() => {
        const edge = lastAtMost(node.edges, 'before', left)!;
        left -= edge.before;
        const step = Math.floor(left / edge.to.count);
        left -= step * edge.to.count;
        node = edge.to;
        return edge.from + step;
      });
    },
    rankOf(indices) {
      let node = root;
      let rank = 0;
      for (const index of indices) {
        const edge = lastAtMost(node.edges, 'from', index);
        if (edge === undefined || index < edge.from || index >= edge.from + edge.length) return undefined;
        rank += edge.before + (index - edge.from) * edge.to.count;
        node = edge.to;
      }
      return rank < root.count ? rank : undefined;
    },
  };
}

/** The values that can follow a prefix. A value after which no point is allowed has no edge. */
interface Node {
  readonly count: number;
  readonly edges: readonly Edge[];
}

/** A range of neighbouring values of an axis with the same continuation. */
interface Edge {
  readonly from: number;
  readonly length: number;
  readonly to: Node;
  /** Points below all earlier edges of the node. */
  readonly before: number;
}

/** Values of rules looked at before counting gives up: a second or two, some hundred megabytes. */
const MAX_LOOKED_AT = 4_000_000;

/** Finds the prefixes that differ axis by axis, then counts from the last axis back. */
function buildNodes(sizes: readonly number[], rules: readonly IndexRule[]): Node {
  if (rules.some((rule) => rule.size === 0)) return { count: 0, edges: [] };
  const firstAxes = rules.map((rule) => Math.min(...rule.keys()));
  const levels: Run[][][] = [];
  let states: AliveRules[] = [[]];
  let lookedAt = 0;
  for (const [axis, size] of sizes.entries()) {
    const starting = rules.flatMap((_, id) => (firstAxes[id] === axis ? [id] : []));
    const places = new Map<string, number>();
    const next: AliveRules[] = [];
    const placeOf = (alive: AliveRules): number => {
      const key = alive.join();
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, next.length);
      return next.push(alive) - 1;
    };
    const runsAfter = (alive: AliveRules): Run[] => {
      const candidates = [...alive, ...starting];
      lookedAt += candidates.reduce((sum, id) => sum + (rules[id]!.get(axis)?.size ?? 1), 1);
      if (lookedAt > MAX_LOOKED_AT) throw tooComplex(rules.length);
      return splitAxis(axis, size, rules, candidates, placeOf);
    };
    levels.push(states.map(runsAfter));
    states = next;
  }
  const leaves: Node[] = states.map(() => ({ count: 1, edges: [] }));
  const [root] = levels.reduceRight((below, level) => level.map((runs) => toNode(runs, below)), leaves);
  return root!;
}

/** Ids of the rules whose conditions hold on all axes so far. A rule that names only later axes is left out. */
type AliveRules = readonly number[];

/** A range of neighbouring values, and the index of its continuation on the next axis. */
interface Run {
  readonly from: number;
  readonly length: number;
  readonly next: number;
}

/** Splits an axis into ranges of values that satisfy the same rules. Values that complete a rule are left out. */
function splitAxis(
  axis: number,
  size: number,
  rules: readonly IndexRule[],
  candidates: AliveRules,
  placeOf: (alive: AliveRules) => number,
): Run[] {
  const untouched = candidates.filter((id) => !rules[id]!.has(axis));
  const satisfiedBy = new Map<number, number[]>();
  for (const id of candidates) {
    for (const index of rules[id]!.get(axis) ?? []) {
      const others = satisfiedBy.get(index);
      if (others === undefined) satisfiedBy.set(index, [id]);
      else others.push(id);
    }
  }
  const runs: Run[] = [];
  let from = 0;
  for (const index of [...satisfiedBy.keys(), size].sort((a, b) => a - b)) {
    if (index > from) runs.push({ from, length: index - from, next: placeOf(untouched) });
    from = index + 1;
    const satisfied = satisfiedBy.get(index);
    if (satisfied === undefined || satisfied.some((id) => Math.max(...rules[id]!.keys()) === axis)) continue;
    runs.push({ from: index, length: 1, next: placeOf([...untouched, ...satisfied].sort((a, b) => a - b)) });
  }
  return runs;
}

/** Drops ranges without a continuation and joins neighbours with the same one. */
function toNode(runs: readonly Run[], below: readonly Node[]): Node {
  const edges: Edge[] = [];
  let count = 0;
  for (const { from, length, next } of runs) {
    const to = below[next]!;
    if (to.count === 0) continue;
    const previous = edges.at(-1);
    if (previous?.to === to && previous.from + previous.length === from) {
      edges[edges.length - 1] = { ...previous, length: previous.length + length };
    } else {
      edges.push({ from, length, to, before: count });
    }
    count += length * to.count;
  }
  return { count, edges };
}

/** The last edge that begins at or before `value`, otherwise the first edge. `edges` are in ascending order. */
function lastAtMost(edges: readonly Edge[], field: 'from' | 'before', value: number): Edge | undefined {
  let low = 0;
  let high = edges.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (edges[middle]![field] <= value) low = middle;
    else high = middle - 1;
  }
  return edges[low];
}

function tooComplex(rules: number): InputError {
  return new InputError(
    'EXCLUDE_TOO_COMPLEX',
    `the ${rules} exclude rules interlock in too many ways to count what is left`,
    {
      hint: 'Name the same parameters in every rule, or put parameters that rules mention together next to each other in the file.',
    },
  );
}
