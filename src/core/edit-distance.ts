/**
 * Edit distance between two words: insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
 * `Infinity` if it exceeds `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      let best = Math.min(replaced, last[column]! + 1, current[column - 1]! + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, beforeLast[column - 2]! + 1);
      }
      current.push(best);
    }
    // A swap reaches back two rows: if both are above the limit, all later rows are.
    if (Math.min(...last) > limit && Math.min(...current) > limit) return Infinity;
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
