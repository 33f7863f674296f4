import type { TrainerManifest } from '../../core/trainer/manifest.js';
import type { Domains } from './check-exclude.js';
import { isMapping } from '../read-parameters.js';
import type { PathFinding } from '../text/text-map.js';

/** Finds a metric by which trials cannot be compared, such as a loss whose parameters vary. */
export function checkMetric(metric: unknown, domains: Domains, { incomparable = {} }: TrainerManifest): PathFinding[] {
  const name = isMapping(metric) ? metric['name'] : undefined;
  if (typeof name !== 'string' || !Object.hasOwn(incomparable, name)) return [];
  const { parameters, instead } = incomparable[name]!;
  const varying = parameters.filter((parameter) => varies(domains, parameter));
  if (varying.length === 0) return [];
  const names = varying.map((parameter) => `\`${parameter}\``).join(' and ');
  const message = `trials that differ in ${names} cannot be compared by \`${name}\`: its meaning depends on them`;
  const suggestion = `Rank by \`${instead}\`, which is the same measure in every trial.`;
  return [{ path: ['metric', 'name'], at: 'value', rule: 'incomparable-metric', message, suggestion }];
}

function varies(domains: Domains, parameter: string): boolean {
  const domain = domains.get(parameter);
  if (domain === undefined || domain.kind === 'fixed') return false;
  return domain.kind !== 'categorical' || domain.values.length > 1;
}
