import type { Mapping } from '../read-parameters.js';
import type { PathFinding } from '../text/text-map.js';
import type { Domains } from './check-exclude.js';

const OF_BAYES = { surrogate: 'the model', acquisition: 'the criterion' };

/** Checks settings that only some methods have, and axes that some methods cannot take. */
export function checkMethod(sweep: Mapping, domains: Domains): PathFinding[] {
  const method = sweep['method'];
  const findings: PathFinding[] = [];
  for (const [key, what] of Object.entries(OF_BAYES)) {
    if (!(key in sweep) || method === 'bayes') continue;
    const message = `\`${key}\` is ${what} of \`method: bayes\``;
    const suggestion = 'Remove it, or take `method: bayes`.';
    findings.push({ path: [key], at: 'key', rule: 'not-for-method', message, suggestion });
  }
  if ('points' in sweep && method !== 'list') {
    const message = '`points` are the points of `method: list`';
    const suggestion = 'Remove them, or take `method: list`.';
    findings.push({ path: ['points'], at: 'key', rule: 'not-for-method', message, suggestion });
  }
  if (method === 'list' && !('points' in sweep)) {
    const message = '`method: list` needs `points`';
    const suggestion = 'Add `points: [{learning_rate: 1e-4, batch_size: 32}, ...]`.';
    findings.push({ path: ['method'], at: 'value', rule: 'points', message, suggestion });
  }
  if (method !== 'cma-es') return findings;
  for (const [name, domain] of domains) {
    if (domain === undefined || !('values' in domain)) continue;
    if (domain.values.every((value) => typeof value === 'number')) continue;
    const message = `\`method: cma-es\` takes numbers only, and \`${name}\` has other values`;
    const suggestion = `Give \`${name}\` one value, or take \`method: bayes\`.`;
    findings.push({ path: ['method'], at: 'value', rule: 'unordered-axis', message, suggestion });
  }
  return findings;
}
