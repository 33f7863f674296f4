/** The constants of a search in `axes` dimensions: equations 48 to 58 of arXiv 1604.00772. */
export interface CmaConstants {
  readonly axes: number;
  /** Points of a generation. */
  readonly population: number;
  /** How many of them count as good. */
  readonly parents: number;
  /** Of the points from the best to the worst; those of bad ones are negative. */
  readonly weights: readonly number[];
  readonly effectiveParents: number;
  /** Learning rates of the covariance, of the paths, and the damping of the step size. */
  readonly rankOneRate: number;
  readonly rankMuRate: number;
  readonly covarianceRate: number;
  readonly stepRate: number;
  readonly stepDamping: number;
  /** Expected length of a standard normal vector. */
  readonly expectedLength: number;
}

export function cmaConstants(axes: number): CmaConstants {
  const population = 4 + Math.floor(3 * Math.log(axes));
  const parents = population >> 1;
  const raw = Array.from({ length: population }, (_, index) => Math.log((population + 1) / 2) - Math.log(index + 1));
  const effectiveParents = effective(raw.slice(0, parents));
  const effectiveOthers = effective(raw.slice(parents));
  const rankOneRate = 2 / ((axes + 1.3) ** 2 + effectiveParents);
  const rankMuRate = Math.min(
    1 - rankOneRate - 1e-8,
    (2 * (effectiveParents - 2 + 1 / effectiveParents)) / ((axes + 2) ** 2 + effectiveParents),
  );
  const mostNegative = Math.min(
    1 + rankOneRate / rankMuRate,
    1 + (2 * effectiveOthers) / (effectiveParents + 2),
    (1 - rankOneRate - rankMuRate) / (axes * rankMuRate),
  );
  const positive = sum(raw.filter((weight) => weight > 0));
  const negative = -sum(raw.filter((weight) => weight < 0));
  const stepRate = (effectiveParents + 2) / (axes + effectiveParents + 5);
  return {
    ...{ axes, population, parents, effectiveParents, rankOneRate, rankMuRate, stepRate },
    weights: raw.map((weight) => (weight >= 0 ? weight / positive : (mostNegative * weight) / negative)),
    covarianceRate: (4 + effectiveParents / axes) / (axes + 4 + (2 * effectiveParents) / axes),
    stepDamping: 1 + 2 * Math.max(0, Math.sqrt((effectiveParents - 1) / (axes + 1)) - 1) + stepRate,
    expectedLength: Math.sqrt(axes) * (1 - 1 / (4 * axes) + 1 / (21 * axes ** 2)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const effective = (weights: readonly number[]): number => sum(weights) ** 2 / sum(weights.map((weight) => weight ** 2));
