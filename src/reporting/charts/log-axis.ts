/** The powers of ten from `low` to `high`, both above 0: every one, or as many as `most` allows, evenly apart. */
export function decades(low: number, high: number, most: number): number[] {
  const first = Math.ceil(Math.log10(low) - ROUNDING);
  const last = Math.floor(Math.log10(high) + ROUNDING);
  const step = Math.max(1, Math.ceil((last - first + 1) / most));
  const powers = [];
  for (let power = first; power <= last; power += step) powers.push(power);
  return powers.map((power) => Number(`1e${power}`));
}

/** Tolerance for logarithms that should be whole, because of rounding. */
const ROUNDING = 1e-9;
