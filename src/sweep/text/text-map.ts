import { LineCounter } from 'yaml';
import type { Path } from './path.js';
import type { Problem, Rule } from '../problem.js';

/** A range of text in UTF-16 units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A problem without its place. */
export interface Finding {
  readonly rule: Rule;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** A finding with its place: the key or the value at a path. */
export interface PathFinding extends Finding {
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** Another key that the finding is about: of the two, the one later in the file is shown. */
  readonly rival?: Path;
}

/**
 * The sweep file and the overrides, concatenated. One offset identifies both the text that a node comes from and the place in
 * it.
 */
export class TextMap {
  readonly #texts: {
    readonly file: string;
    readonly text: string;
    readonly start: number;
    readonly length: number;
    lines: LineCounter;
  }[] = [];
  #end = 0;

  /** Adds a text; returns where it starts. */
  add(file: string, text: string): number {
    const start = this.#end;
    const lines = new LineCounter();
    lines.addNewLine(0);
    for (const { index } of text.matchAll(/\n/g)) lines.addNewLine(index + 1);
    // A problem at the end of a text is shown after its last word.
    this.#texts.push({ file, text, start, length: text.trimEnd().length, lines });
    this.#end += text.length + 1;
    return start;
  }

  /** Makes a problem of a finding and its span. */
  problemAt(span: Span, { rule, message, suggestion }: Finding): Problem {
    const {
      file,
      text,
      start,
      length: end,
      lines,
    } = this.#texts.findLast((candidate) => candidate.start <= span.start)!;
    const at = Math.min(span.start - start, end);
    const { line, col: column } = lines.linePos(at);
    const excerpt = lineAt(text, at - column + 1, lines.lineStarts[line] ?? text.length);
    const length = Math.max(1, Math.min(span.end - span.start, excerpt.length - column + 1));
    return { file, line, column, rule, message, suggestion, excerpt, length };
  }
}

/** A line without its line break. Takes the same time for lines of any length. */
function lineAt(text: string, start: number, end: number): string {
  if (text[end - 1] !== '\n' || end <= start) return text.slice(start, end);
  return text.slice(start, text[end - 2] === '\r' ? end - 2 : end - 1);
}
