import { editDistance } from '../../core/edit-distance.js';
import { synonymsOf } from './synonyms.js';

/**
 * The one of `names` that was probably meant: in another case or spelling, by its initials, under another tool's name, or with a
 * typing error in about a third of its letters at most. `undefined` where none is close.
 */
export function closest(written: string, names: readonly string[]): string | undefined {
  const wanted = plain(written);
  const exact = names.find((name) => plain(name) === wanted || initials(name) === wanted);
  if (exact !== undefined) return exact;
  const synonym = synonymsOf(wanted).find((name) => names.includes(name));
  if (synonym !== undefined) return synonym;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const candidate = plain(name);
    const length = Math.min(wanted.length, candidate.length);
    const limit = Math.min(length - 1, Math.max(1, Math.floor(length / 3)), (best?.distance ?? Infinity) - 1);
    // The length alone rules out most names.
    if (Math.abs(wanted.length - candidate.length) > limit) continue;
    const distance = editDistance(wanted, candidate, limit);
    if (distance <= limit) best = { name, distance };
  }
  return best?.name;
}

/** `closest` as a sentence. */
export function didYouMean(written: string, names: readonly string[]): string | undefined {
  const name = closest(written, names);
  return name === undefined ? undefined : `did you mean \`${name}\`?`;
}

/** The letters and digits of a name. */
function plain(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const letters = name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 64);
  if (plainNames.size < 1000) plainNames.set(name, letters);
  return letters;
}

const plainNames = new Map<string, string>();

const initials = (name: string): string | undefined =>
  name.includes('_')
    ? name
        .split('_')
        .map((word) => word.charAt(0))
        .join('')
    : undefined;
