/** A command as it can be typed into a shell: words that need quotes get them. */
export const shellCommand = (...words: readonly string[]): string =>
  words.map((word) => (/^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
