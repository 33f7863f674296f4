import { editDistance } from '../../core/edit-distance.js';

/** What words of other tools mean here. */
const MEANINGS: Readonly<Record<string, string>> = {
  ...of('sweep run', 'start train launch begin fit go exec execute'),
  ...of('sweep resume', 'continue restart'),
  ...of('sweep plan', 'validate lint preview dryrun dry-run trials'),
  ...of('sweep cancel', 'kill abort end terminate'),
  ...of('sweep status', 'list ls ps sweeps progress jobs'),
  ...of('sweep top', 'best leaderboard board results ranking winner'),
  ...of('sweep show', 'describe details cat view trial'),
  ...of('sweep logs', 'log tail output'),
  ...of('sweep sql', 'query select db duckdb'),
  ...of('sweep delete', 'rm remove del drop clean prune purge'),
  ...of('sweep rename', 'mv move'),
  ...of('sweep note', 'comment annotate'),
  ...of('sweep tag', 'label'),
  ...of('sweep evaluate', 'eval test score'),
  ...of('sweep predict', 'infer inference classify submit'),
  ...of('sweep export', 'save convert'),
  ...of('sweep reproduce', 'repeat replay rerun'),
  ...of('sweep inspect', 'init new create dataset data'),
  ...of('sweep setup', 'install'),
  ...of('sweep weights fetch', 'download fetch pretrained'),
  ...of('sweep doctor', 'check diagnose verify repair fix'),
  ...of('sweep --help', 'help'),
  ...of('sweep --version', 'version'),
};

/** The command that was probably meant, by its meaning or with a typing error: `sweep delete` for `rm`. */
export function suggestCommand(word: string, verbs: readonly string[]): string | undefined {
  const written = word.toLowerCase();
  if (Object.hasOwn(MEANINGS, written)) return MEANINGS[written];
  const limit = Math.max(1, Math.floor(written.length / 3));
  const near = verbs
    .map((verb) => ({ verb, distance: editDistance(written, verb, limit) }))
    .filter(({ verb, distance }) => distance <= limit && distance < verb.length)
    .sort((a, b) => a.distance - b.distance);
  return near[0] && `sweep ${near[0].verb}`;
}

function of(command: string, words: string): Record<string, string> {
  return Object.fromEntries(words.split(' ').map((word) => [word, command]));
}
