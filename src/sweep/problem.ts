import { InputError } from '../core/errors.js';

/** Stable name of a kind of problem. */
export type Rule =
  | 'unreadable'
  | 'syntax'
  | 'duplicate-key'
  | 'alias'
  | 'override'
  | 'not-a-sweep'
  | 'unknown-key'
  | 'missing-key'
  | 'missing-goal'
  | 'wrong-type'
  | 'wrong-value'
  | 'out-of-range'
  | 'empty'
  | 'not-for-method'
  | 'points'
  | 'unordered-axis'
  | 'repeated-value'
  | 'no-parameters'
  | 'unknown-parameter'
  | 'reserved-name'
  | 'duplicate-name'
  | 'min-not-below-max'
  | 'probabilities'
  | 'not-for-grid'
  | 'unknown-metric'
  | 'incomparable-metric'
  | 'exclude'
  | 'unsupported';

export interface Problem {
  /** The sweep file's path as the user wrote it, or `--set` for a problem that an override causes. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  readonly rule: Rule;
  readonly message: string;
  /** What the user can do about it. */
  readonly suggestion: string | undefined;
  /** The line as it is written; `length` is the number of UTF-16 units to mark from `column` on. */
  readonly excerpt: string;
  readonly length: number;
}

/** A sweep file with errors: all of them. */
export class SweepFileError extends InputError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super('SWEEP_FILE_INVALID', renderProblems(problems));
    this.problems = problems;
  }
}

/** The error for a file that cannot be read, so that no line can be shown. */
export function unreadableFile(file: string, message: string, suggestion?: string): SweepFileError {
  return new SweepFileError([
    { file, line: 1, column: 1, rule: 'unreadable', message, suggestion, excerpt: '', length: 1 },
  ]);
}

const MAX_SHOWN = 20;
const MAX_WIDTH = 100;

/** Problems in the format of a compiler: place and message, the line with a mark below, a suggestion. */
function renderProblems(problems: readonly Problem[]): string {
  const shown = problems.slice(0, MAX_SHOWN).map(renderProblem);
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n\n');
}

function renderProblem({ file, line, column, rule, message, suggestion, excerpt, length }: Problem): string {
  const where = rule === 'unreadable' || file === '--set' ? file : `${file}:${line}:${column}`;
  const lines = [`${where}: ${message}`];
  if (excerpt !== '') lines.push(...renderExcerpt(excerpt, column - 1, length).map((text) => `  ${text}`));
  if (suggestion !== undefined) lines.push(`  ${suggestion}`);
  return lines.join('\n');
}

/** The part of a line around the mark, and the mark. Tabs are kept so that the two align. */
function renderExcerpt(excerpt: string, start: number, length: number): [string, string] {
  const from = start > MAX_WIDTH / 2 ? start - MAX_WIDTH / 2 : 0;
  const visible = harmless(excerpt.slice(from, from + MAX_WIDTH));
  const before = [...visible.slice(0, start - from)].map((char) => (char === '\t' ? char : ' ')).join('');
  const marked = [...visible.slice(start - from, start - from + length)].length;
  return [visible.trimEnd(), `${before}${'^'.repeat(Math.max(1, marked))}`];
}

/** Control characters could steer a terminal. */
const harmless = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
