import type { TrainerManifest } from '../../core/trainer/manifest.js';
import { canonicalJson, type ParamValue } from '../../core/parameters.js';
import { checkEarlyTerminate, earlyTerminateNotes } from './check-early-terminate.js';
import { checkExclude, type Domains } from './check-exclude.js';
import { checkFind } from './check-find.js';
import { checkMethod } from './check-method.js';
import { checkMetric } from './check-metric.js';
import { checkDistribution } from './check-parameter.js';
import { checkTrainer } from './check-trainer.js';
import { checkProgram } from '../program/check-program.js';
import { exponentNotes, withoutRepeats } from './parameter-notes.js';
import type { Path } from '../text/path.js';
import { isParameter, isParameterMap, label } from '../text/path.js';
import {
  declaredParameters,
  isMapping,
  readFound,
  readParameter,
  type DeclaredParameter,
  type Domain,
  type Mapping,
} from '../read-parameters.js';
import { strayKey } from '../schema/remedies.js';
import { MAX_ERRORS, schemaFindings } from '../schema/schema-findings.js';
import type { PathFinding } from '../text/text-map.js';
import { shown } from '../../core/space/describe-distribution.js';

/** How a value is written in the file: parsing loses it. */
export interface Spelling {
  /** Whether it is a number written as an integer: 1 and not 1.0. */
  isWhole(path: Path): boolean;
  /** Whether the value is missing: nothing follows the colon or the dash. */
  isBlank(path: Path): boolean;
}

/**
 * Finds everything that is wrong with a sweep. `domains` are its parameters, settings at the top of the file included; `notes` say,
 * a sentence each, what is read differently from how it is written.
 */
export function checkSweep(
  sweep: Mapping,
  spelling: Spelling,
  manifest: TrainerManifest,
  isBuiltin: boolean,
): { readonly findings: PathFinding[]; readonly domains: Domains; readonly notes: readonly string[] } {
  const declared = declaredParameters(sweep);
  const settings = Object.keys(sweep).filter((key) => key === 'epochs' || Object.hasOwn(manifest.parameters, key));
  const program = checkProgram(sweep);
  // What a key holds that does not belong in the file does not matter.
  const stray = new Set(program.filter(({ rule }) => rule === 'unknown-key').map(({ path }) => path[0]));
  const findings = [
    ...checkTrainer(sweep['trainer']),
    ...nameFindings(declared, settings),
    ...schemaFindings(sweep, manifest, isBuiltin).filter(({ path }) => !stray.has(path[0])),
    ...valueFindings(sweep, [], spelling),
    ...repeatedFindings(['seeds'], sweep['seeds']),
    ...program,
  ];
  // Further errors are not reported, so the rest of the file may be wrong as well.
  if (findings.length >= MAX_ERRORS) return { findings, domains: new Map(), notes: [] };
  const notes: string[] = [];
  const domains = new Map<string, Domain | undefined>(
    settings.map((name) => [name, { kind: 'fixed', value: sweep[name] as ParamValue }]),
  );
  const spoilt = spoiltBy(findings);
  for (const parameter of declared) {
    const { name, path, form } = parameter;
    if (!isMapping(form) || spoilt(path)) {
      domains.set(name, undefined);
      continue;
    }
    if ('find' in form) {
      const found = checkFind(parameter, sweep['method'], isBuiltin ? manifest : undefined);
      findings.push(...found);
      domains.set(name, found.length > 0 ? undefined : readFound(form, sweep['method'], manifest.findable!.per));
      continue;
    }
    const written = readParameter(form, (key) => spelling.isWhole([...path, key]));
    const { domain, repeated } = withoutRepeats(written);
    if (repeated.length > 0)
      notes.push(`\`${name}\`: ${repeated.map(shown).join(', ')} repeated in \`values\`, tried once`);
    domains.set(name, domain);
    if (domain.kind === 'fixed') continue;
    findings.push(...checkDistribution(parameter, domain, sweep['method'], isBuiltin ? manifest : undefined));
    notes.push(...exponentNotes(name, domain));
  }
  if (isBuiltin) findings.push(...checkMetric(sweep['metric'], domains, manifest));
  findings.push(...checkMethod(sweep, domains));
  findings.push(...checkExclude(sweep['exclude'], domains, sweep['method']));
  if (!findings.some(({ path }) => path[0] === 'early_terminate')) {
    const context = { domains, method: sweep['method'], manifest: isBuiltin ? manifest : undefined };
    findings.push(...checkEarlyTerminate(sweep['early_terminate'], context));
    notes.push(...earlyTerminateNotes(sweep['early_terminate'], context));
  }
  return { findings, domains, notes };
}

/**
 * Returns a test for parameters that cannot be checked further, because a finding is about the parameter or about a group that
 * contains it. One wrong item of `values` does not count.
 */
function spoiltBy(findings: readonly PathFinding[]): (parameter: Path) => boolean {
  const groups = new Set<string>();
  const parameters = new Set<string>();
  for (const { path } of findings) {
    if (isParameter(path)) groups.add(path.join('\n'));
    for (const outer of prefixesOf(path)) {
      const isOneValue = path.length > outer.length + 1 && path[outer.length] === 'values';
      if (!isOneValue) parameters.add(outer.join('\n'));
    }
  }
  return (parameter) =>
    parameters.has(parameter.join('\n')) || prefixesOf(parameter).some((outer) => groups.has(outer.join('\n')));
}

const prefixesOf = (path: Path): Path[] => path.map((_, index) => path.slice(0, index + 1));

/**
 * A seed is part of every trial, and `__proto__` would change an object's prototype. A parameter named as another column of the
 * leaderboard has a column with a prefix, `params.rank`.
 */
const RESERVED = ['seed', '__proto__'];

/** Finds reserved and repeated names. Upper and lower case are the same, as in SQL. */
function nameFindings(declared: readonly DeclaredParameter[], settings: readonly string[]): PathFinding[] {
  const seen = new Map(settings.map((name) => [name.toLowerCase(), `\`${name}\` at the top of the file`]));
  return declared.flatMap(({ name, path }): PathFinding[] => {
    const lower = name.toLowerCase();
    const other = seen.get(lower);
    seen.set(lower, other ?? `\`${name}\` before it`);
    if (RESERVED.includes(lower)) {
      const message = `no parameter can be called \`${name}\`: ${lower === 'seed' ? 'every trial has a seed besides its parameters' : 'JavaScript uses this name for something else'}`;
      const suggestion =
        lower === 'seed' ? 'To try several seeds write `seeds: [0, 1, 2]` at the top of the file.' : undefined;
      return [{ path, at: 'key', rule: 'reserved-name', message, suggestion }];
    }
    if (other === undefined) return [];
    const message = `\`${name}\` is set twice: ${other} is the same parameter`;
    return [{ path, at: 'key', rule: 'duplicate-name', message, suggestion: 'Keep one of the two.' }];
  });
}

/** Finds values that cannot be stored exactly, and missing values. */
function valueFindings(value: unknown, path: Path, spelling: Spelling): PathFinding[] {
  const find = (rule: PathFinding['rule'], message: string, suggestion?: string): PathFinding[] => [
    { path, at: 'value', rule, message, suggestion },
  ];
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return find('wrong-value', `${label(path)} must be a finite number, not ${value}`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && spelling.isWhole(path)) {
      return find('out-of-range', `${label(path)} is too large to be stored exactly`);
    }
  }
  if (isChoice(path)) {
    const stray = strayKey(value);
    if (value === null && spelling.isBlank(path)) return find('empty', `a value of ${label(path)} is missing`);
    if (stray !== undefined && spelling.isBlank([...path, stray])) {
      return find(
        'wrong-value',
        `${label(path)} is a mapping with nothing in it`,
        `Remove the colon after \`${stray}\`.`,
      );
    }
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => valueFindings(inner, [...path, key], spelling));
}

/** Whether a path leads to the `value` of a parameter, or to one of its `values`. */
function isChoice(path: Path): boolean {
  return (
    (path.at(-1) === 'value' && isParameterMap(path.slice(0, -2))) ||
    (path.at(-2) === 'values' && isParameterMap(path.slice(0, -3)))
  );
}

/** Finds the items of a list that repeat an earlier one. */
function repeatedFindings(path: Path, values: unknown): PathFinding[] {
  if (!Array.isArray(values)) return [];
  const seen = new Set<string>();
  return (values as readonly ParamValue[]).flatMap((value, index): PathFinding[] => {
    const json = canonicalJson(value);
    if (!seen.has(json)) {
      seen.add(json);
      return [];
    }
    const message = `${label(path)} has ${shown(value)} twice`;
    return [
      { path: [...path, index], at: 'value', rule: 'repeated-value', message, suggestion: 'Remove one of the two.' },
    ];
  });
}
