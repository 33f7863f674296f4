import type { TrainerManifest } from '../../core/trainer/manifest.js';
import type { EarlyTerminationType } from '../../core/trial/early-termination.js';
import type { ParamValue } from '../../core/parameters.js';
import { KEYS_OF, NEEDS_LENGTH, type EarlyTerminateKey } from '../early-terminate/keys.js';
import { formOf } from '../early-terminate/read.js';
import { isMapping, type Domain, type Mapping } from '../read-parameters.js';
import { didYouMean } from '../schema/did-you-mean.js';
import type { PathFinding } from '../text/text-map.js';
import type { Domains } from './check-exclude.js';

/** A sweep as far as `early_terminate` depends on it. */
export interface EarlyTerminateContext {
  readonly domains: Domains;
  readonly method: unknown;
  /** Of the built-in trainer; `undefined` with another. */
  readonly manifest: TrainerManifest | undefined;
}

/** Finds keys that the rule does not take, keys that it needs, and settings that stop nothing. The form must fit the schema. */
export function checkEarlyTerminate(written: unknown, context: EarlyTerminateContext): PathFinding[] {
  if (written === undefined) return [];
  const form = formOf(written);
  const { type } = form as { readonly type: EarlyTerminationType };
  return [
    ...foreignKeys(form, type),
    ...(type === 'hyperband' ? bandFindings(form) : []),
    ...(type === 'threshold' ? limitFindings(form) : []),
    ...lengthFindings(form, type, context),
    ...strataFindings(form, context),
    ...foldFindings(type, context),
  ];
}

const at = (
  place: PathFinding['at'],
  key: string | undefined,
  rule: PathFinding['rule'],
  message: string,
  suggestion?: string,
): PathFinding => ({
  path: key === undefined ? ['early_terminate'] : ['early_terminate', key],
  at: place,
  rule,
  message,
  suggestion,
});

function foreignKeys(form: Mapping, type: EarlyTerminationType): PathFinding[] {
  const known: readonly string[] = KEYS_OF[type];
  const list = known.map((key) => `\`${key}\``).join(', ');
  return Object.keys(form)
    .filter((key) => key !== 'type' && !known.includes(key))
    .map((key) => at('key', key, 'unknown-key', `\`${type}\` takes no \`${key}\``, `It takes ${list}.`));
}

function bandFindings(form: Mapping): PathFinding[] {
  const { min_iter: least, max_iter: most, s, eta = 3 } = form as Partial<Record<EarlyTerminateKey, number>>;
  if (most === undefined) {
    if (least !== undefined) return [];
    const suggestion = 'Write `min_iter: 1`, or `max_iter: 27` with `s: 2`.';
    return [at('key', undefined, 'missing-key', '`hyperband` needs `min_iter`, or `max_iter` and `s`', suggestion)];
  }
  if (s === undefined) {
    const suggestion = 'Add `s: 2`: trials are compared at that many bands below `max_iter`.';
    return [at('key', 'max_iter', 'missing-key', '`max_iter` needs `s`, the number of bands', suggestion)];
  }
  if (most >= eta) return [];
  const message = `no trial would be stopped: \`max_iter\` / \`eta\` is below 1 (${most} / ${eta})`;
  return [at('value', 'max_iter', 'wrong-value', message, 'Give more epochs, or a smaller `eta`.')];
}

function limitFindings(form: Mapping): PathFinding[] {
  const { lower, upper } = form as Partial<Record<EarlyTerminateKey, number>>;
  if (lower === undefined && upper === undefined) {
    return [at('key', undefined, 'missing-key', '`threshold` needs `lower`, `upper`, or both')];
  }
  if (lower === undefined || upper === undefined || lower < upper) return [];
  return [at('value', 'upper', 'min-not-below-max', `\`lower\` (${lower}) must be below \`upper\` (${upper})`)];
}

function lengthFindings(
  form: Mapping,
  type: EarlyTerminationType,
  { domains, manifest }: EarlyTerminateContext,
): PathFinding[] {
  const isKnown = 'max_iter' in form || domains.has('epochs') || manifest?.parameters['epochs'] !== undefined;
  if (isKnown || !NEEDS_LENGTH.includes(type)) return [];
  const message = `\`${type}\` needs to know how many epochs a whole training has`;
  return [at('key', undefined, 'missing-key', message, 'Add `max_iter: 30` to it, or `epochs: 30` to the file.')];
}

function strataFindings(form: Mapping, { domains, manifest }: EarlyTerminateContext): PathFinding[] {
  const names = [form['within'] ?? []].flat() as string[];
  return names.flatMap((name): PathFinding[] => {
    const domain = domains.get(name);
    if (domains.has(name) && domain?.kind !== 'fixed') return [];
    if (domains.has(name) || manifest?.parameters[name] !== undefined) {
      const message = `\`${name}\` does not vary, so every trial is compared with every other`;
      return [at('value', 'within', 'wrong-value', message, 'Remove `within`, or name a parameter that varies.')];
    }
    const varying = [...domains].filter(([, other]) => other?.kind !== 'fixed').map(([other]) => other);
    const suggestion = didYouMean(name, varying) ?? `It can name ${varying.join(', ')}.`;
    return [at('value', 'within', 'unknown-parameter', `this sweep has no parameter \`${name}\``, suggestion)];
  });
}

function foldFindings(type: EarlyTerminationType, { domains }: EarlyTerminateContext): PathFinding[] {
  if (type !== 'wilcoxon' || domains.has('folds') || domains.has('fold')) return [];
  const message = '`wilcoxon` compares points by their folds, and this sweep has none';
  return [at('value', 'type', 'wrong-value', message, 'Add `folds: 5`, or take another rule.')];
}

/** What to know of a rule that judges early while the learning rate still decays. */
export function earlyTerminateNotes(written: unknown, { domains, manifest }: EarlyTerminateContext): string[] {
  if (!isMapping(written) && typeof written !== 'string') return [];
  const { type } = formOf(written) as { readonly type: EarlyTerminationType };
  if (manifest === undefined || !GREEDY.includes(type)) return [];
  const decaying = valuesOf(domains.get('schedule')).find((value) => DECAYING.includes(value as string));
  if (typeof decaying !== 'string') return [];
  return [
    `\`early_terminate: ${type}\` compares early epochs, and \`schedule: ${decaying}\` lowers the learning rate to the ` +
      'end: early values say little, and the best trial may be stopped. `type: median` waits longer',
  ];
}

const valuesOf = (domain: Domain | undefined): readonly ParamValue[] =>
  domain?.kind === 'fixed' ? [domain.value] : domain && 'values' in domain ? domain.values : [];

const GREEDY: readonly EarlyTerminationType[] = ['hyperband', 'asha'];
const DECAYING: readonly string[] = ['cosine', 'cosine_restarts', 'one_cycle', 'exponential', 'step'];
