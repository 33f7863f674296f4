import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** Longer lines are cut into pieces, so that output without line ends does not fill the memory. */
const MAX_LINE_LENGTH = 4_096;

/** Calls `onLine` with every line of a process's output that is not blank, without colours and control characters. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  const emit = (line: string): void => {
    const clean = stripVTControlCharacters(line).replaceAll(CONTROL_CHARACTERS, '').trimEnd();
    if (clean !== '') onLine(clean);
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    // A carriage return ends a line too: progress bars use it to draw over themselves.
    const lines = (rest + chunk).split(/[\r\n]+/);
    rest = lines.pop()!;
    lines.forEach(emit);
    while (rest.length > MAX_LINE_LENGTH) {
      emit(rest.slice(0, MAX_LINE_LENGTH));
      rest = rest.slice(MAX_LINE_LENGTH);
    }
  });
  stream.on('end', () => emit(rest));
}

/** All but the tabulator. */
const CONTROL_CHARACTERS = /[^\P{Cc}\t]/gu;
