/** The name that was probably meant, if one is close: a slip of the keys, another case or spelling, or the initials. */
export function closest(written: string, names: readonly string[]): string | undefined {
  const wanted = plain(written);
  const exact = names.find((name) => plain(name) === wanted || initials(name) === wanted);
  if (exact !== undefined) return exact;
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wanted, plain(name)) }))
    .filter(({ name, distance }) => {
      const length = Math.min(wanted.length, plain(name).length);
      return distance < length && distance <= Math.max(1, Math.floor(length / 3));
    })
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** `closest` as a sentence. */
export function didYouMean(written: string, names: readonly string[]): string | undefined {
  const name = closest(written, names);
  return name === undefined ? undefined : `did you mean \`${name}\`?`;
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 64);

const initials = (name: string): string | undefined =>
  name.includes('_')
    ? name
        .split('_')
        .map((word) => word.charAt(0))
        .join('')
    : undefined;

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function editDistance(a: string, b: string): number {
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
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
