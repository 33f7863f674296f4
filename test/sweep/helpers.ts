import assert from 'node:assert/strict';
import type { SweepDefinition } from '../../src/sweep/definition.js';
import { parseSweep } from '../../src/sweep/parse.js';
import { SweepFileError, type Problem } from '../../src/sweep/problem.js';
import { manifest } from '../fixtures/manifest.js';

export const FILE = '/sweeps/flowers.yaml';

export function parse(text: string, overrides: readonly string[] = []): SweepDefinition {
  return parseSweep({ file: FILE, text }, { manifest, overrides });
}

/** The problems of a text that must have some. */
export function problemsOf(text: string, overrides: readonly string[] = []): readonly Problem[] {
  try {
    parse(text, overrides);
  } catch (error) {
    if (error instanceof SweepFileError) return error.problems;
    throw error;
  }
  throw new Error(`nothing wrong was found with:\n${text}`);
}

/** The only problem of a text that must have one. */
export function only(
  text: string,
  overrides: readonly string[] = [],
): { place: string; message: string; suggestion: string } {
  const [problem, ...others] = problemsOf(text, overrides);
  assert.deepEqual(others, []);
  const { line, column, rule, message, suggestion = '' } = problem!;
  return { place: `${line}:${column} ${rule}`, message, suggestion };
}

/** Problems as `line:column rule`. */
export function places(text: string, overrides: readonly string[] = []): string[] {
  return problemsOf(text, overrides).map(({ file, line, column, rule }) =>
    file === FILE ? `${line}:${column} ${rule}` : `${file} ${column} ${rule}`,
  );
}

/** A grid over whatever stands below `parameters:`, which is line 2. */
export const grid = (parameters: string, more = ''): string => `method: grid\nparameters:\n${parameters}\n${more}`;
export const random = (parameters: string, more = ''): string => `method: random\nparameters:\n${parameters}\n${more}`;
