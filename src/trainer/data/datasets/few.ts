/** The first of some names, the rest counted: `a, b, c and 12 more`. */
export function few(names: readonly string[], shown = 5): string {
  const first = names.slice(0, shown).join(', ');
  return names.length > shown ? `${first} and ${names.length - shown} more` : first;
}
