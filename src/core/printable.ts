/**
 * Text from outside (names of folders, files and parameters, messages of trainers) as one line that is safe on a terminal:
 * line breaks become `⏎`; control characters, so every escape sequence, and marks that change the direction of writing become `�`.
 */
export const printable = (text: string): string =>
  CONTROL.test(text) ? escapeControls(text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, ' ⏎ ').replaceAll('\t', ' ')) : text;

/** The same for text of several lines: line feeds stay. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');

const CONTROL = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const escapeControls = (text: string): string => text.replaceAll(new RegExp(CONTROL, 'gu'), '\ufffd');
