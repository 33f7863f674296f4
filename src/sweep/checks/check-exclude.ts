import { includesValue, type ParamValue } from '../../core/parameters.js';
import { isFound } from '../../core/space/distribution.js';
import { didYouMean } from '../schema/did-you-mean.js';
import type { Path } from '../text/path.js';
import { isMapping, type Domain } from '../read-parameters.js';
import { supportOf } from '../../core/space/support.js';
import type { Finding, PathFinding } from '../text/text-map.js';
import { shown } from '../../core/space/describe-distribution.js';

/** Parameters by name; `undefined` for one whose own declaration is in error. */
export type Domains = ReadonlyMap<string, Domain | undefined>;

/**
 * The values in a condition of an exclude rule. A list means any of its items, unless the list itself is a value of the
 * parameter.
 */
export function conditionValues(written: ParamValue, domain: Domain, method: unknown): readonly ParamValue[] {
  return isList(written) && !hasValue(domain, written, method) ? written : [written];
}

/** Finds exclude rules with unknown parameters or values, and rules that exclude the whole sweep. */
export function checkExclude(rules: unknown, domains: Domains, method: unknown): PathFinding[] {
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule: unknown, index) => {
    if (!isMapping(rule)) return [];
    const names = Object.keys(rule);
    const found = names.flatMap((name) =>
      checkCondition(['exclude', index, name], rule[name] as ParamValue, domains, method),
    );
    const varies = names.some((name) => domains.get(name)?.kind !== 'fixed');
    if (found.length > 0 || names.length === 0 || varies) return found;
    const message = 'this rule names only parameters that do not vary: it excludes everything';
    return [{ path: ['exclude', index], at: 'value', rule: 'exclude', message }];
  });
}

function checkCondition(path: Path, written: ParamValue, domains: Domains, method: unknown): PathFinding[] {
  const name = String(path.at(-1));
  const domain = domains.get(name);
  if (!domains.has(name)) {
    const names = [...domains.keys()].slice(0, MAX_NAMES);
    const others = domains.size > names.length ? ', ...' : '';
    const suggestion = didYouMean(name, names) ?? `A rule can name ${names.join(', ')}${others}.`;
    return [{ path, at: 'key', rule: 'exclude', message: `this sweep has no parameter \`${name}\``, suggestion }];
  }
  if (domain === undefined) return [];
  if (domain.kind !== 'fixed' && isFound(domain)) {
    const message = `the values of \`${name}\` are known only after the learning-rate test`;
    return [{ path, at: 'key', rule: 'exclude', message, suggestion: 'Give it `values` instead of `find`.' }];
  }
  if (domain.kind !== 'fixed' && supportOf(domain, method) === undefined) {
    const message = `\`${name}\` is ${domain.kind}: a rule cannot name a single value of a continuous range`;
    return [{ path, at: 'key', rule: 'exclude', message, suggestion: 'Narrow its range instead.' }];
  }
  const values = conditionValues(written, domain, method);
  if (values.length === 0)
    return [{ path, at: 'value', rule: 'exclude', message: `this rule lists no value of \`${name}\`` }];
  return values.flatMap((value, index) =>
    hasValue(domain, value, method)
      ? []
      : [{ path: values === written ? [...path, index] : path, at: 'value', ...offAxis(name, value, domain, method) }],
  );
}

/** A wrong name is compared with this many parameters only: a comparison with 20,000 takes minutes. */
const MAX_NAMES = 100;

function offAxis(name: string, value: ParamValue, domain: Domain, method: unknown): Finding {
  const known = examples(domain, method);
  const texts = known.filter((candidate) => typeof candidate === 'string');
  return {
    rule: 'exclude',
    message: `\`${name}\` is never ${shown(value)} in this sweep`,
    suggestion:
      (typeof value === 'string' ? didYouMean(value, texts) : undefined) ?? `It is ${known.map(shown).join(', ')}.`,
  };
}

/** The values of a parameter, shortened where there are many. */
function examples(domain: Domain, method: unknown): ParamValue[] {
  if (domain.kind === 'fixed') return [domain.value];
  const support = supportOf(domain, method);
  const size = support?.size ?? 0;
  const indices = size <= 12 ? [...Array(size).keys()] : [0, 1, 2, size - 2, size - 1];
  return indices.map((index) => support!.at(index));
}

function hasValue(domain: Domain, value: ParamValue, method: unknown): boolean {
  if (domain.kind === 'fixed') return includesValue([domain.value], value);
  return (supportOf(domain, method)?.indexOf(value) ?? -1) >= 0;
}

const isList = (value: ParamValue): value is readonly ParamValue[] => Array.isArray(value);
