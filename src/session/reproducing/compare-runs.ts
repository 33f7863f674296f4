import { TOLERANCE, type Comparison, type Curve, type Difference } from '../../core/reports/reproduction.js';

/** Compares every recorded metric of every epoch, bit for bit. */
export function compareCurves(recorded: Curve, repeated: Curve): Comparison {
  return summarize(
    [...recorded].flatMap(([epoch, metrics]) =>
      Object.entries(metrics).flatMap(([name, then]) => {
        const now = repeated.get(epoch)?.[name];
        return isSame(then, now) ? [] : [{ what: `${name} in epoch ${epoch}`, then, now }];
      }),
    ),
  );
}

/** The arrays of a model's and an optimizer's state by name. */
type NamedArrays = ReadonlyMap<string, { readonly values: Float32Array }>;

/** Compares every array of a state, bit for bit. */
export function compareStates(recorded: NamedArrays, repeated: NamedArrays): Comparison {
  return summarize(
    [...recorded].flatMap(([name, { values }]): Difference[] => {
      const other = repeated.get(name)?.values;
      if (other?.length !== values.length) return [{ what: name, then: values[0] ?? 0, now: undefined }];
      if (Buffer.compare(bytesOf(values), bytesOf(other)) === 0) return [];
      let worst = 0;
      for (const place of values.keys()) {
        if (distance(values[place]!, other[place]) > distance(values[worst]!, other[worst])) worst = place;
      }
      return [{ what: name, then: values[worst]!, now: other[worst]! }];
    }),
  );
}

function summarize(differing: readonly Difference[]): Comparison {
  const [largest] = differing.toSorted((a, b) => distance(b.then, b.now) - distance(a.then, a.now));
  return {
    isIdentical: largest === undefined,
    isWithinTolerance: largest === undefined || distance(largest.then, largest.now) <= TOLERANCE,
    largest,
  };
}

/** Relative to the recorded value, or to 1 if that is smaller. Infinite if one of them is not a number. */
function distance(then: number, now: number | undefined): number {
  if (isSame(then, now)) return 0;
  const difference = Math.abs(then - (now ?? NaN)) / Math.max(1, Math.abs(then));
  return Number.isNaN(difference) ? Infinity : difference;
}

/** Zeros of both signs are equal: a running sweep sends its results as JSON, which does not keep the sign. */
const isSame = (then: number, now: number | undefined): boolean =>
  then === now || (Number.isNaN(then) && Number.isNaN(now));

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
