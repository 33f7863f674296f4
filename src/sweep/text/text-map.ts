import { LineCounter } from 'yaml';
import type { Path } from './path.js';
import type { Problem, Rule } from '../problem.js';

/** Where something stands, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a problem says, apart from where. */
export interface Finding {
  readonly rule: Rule;
  readonly message: string;
  readonly suggestion?: string | undefined;
}

/** A finding and the key, or the value, that it is about. */
export interface PathFinding extends Finding {
  readonly path: Path;
  readonly at: 'key' | 'value';
  /** A key that it is about just as much: of the two the one that is written later is shown. */
  readonly rival?: Path;
}

/**
 * The sweep file and the overrides laid end to end, so that one number says both which text a node of the document came from
 * and where in it.
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
    // The end of a text is best shown behind its last word.
    this.#texts.push({ file, text, start, length: text.trimEnd().length, lines });
    this.#end += text.length + 1;
    return start;
  }

  /** Puts a finding into its place. */
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

/** A line without its line break. Takes the same time for a line of any length. */
function lineAt(text: string, start: number, end: number): string {
  if (text[end - 1] !== '\n' || end <= start) return text.slice(start, end);
  return text.slice(start, text[end - 2] === '\r' ? end - 2 : end - 1);
}
