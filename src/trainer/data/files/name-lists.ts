/** Joins the first names and counts the rest: `a, b, c and 12 more`. */
export function shortList(names: readonly string[], shown = 5): string {
  const first = names.slice(0, shown).join(', ');
  return names.length > shown ? `${first} and ${names.length - shown} more` : first;
}

/**
 * Up to three of `names` that are similar to `name`, the most similar first: at most a third of the letters differ, case
 * ignored.
 */
export function similarNames(name: string, names: readonly string[]): string[] {
  const plain = name.toLowerCase().normalize('NFC');
  const limit = Math.max(1, Math.floor(plain.length / 3));
  return names
    .map((other) => ({ other, distance: editDistance(plain, other.toLowerCase().normalize('NFC')) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ other }) => other);
}

/** Number of letters to insert, delete, replace or swap with a neighbour (optimal string alignment distance). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, before[column - 2]! + 1);
      current.push(best);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
