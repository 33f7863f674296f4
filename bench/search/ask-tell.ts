/**
 * Answers a harness that asks for trials and tells their results, a JSON object a line on standard input and output; see
 * docs/samplers.md.
 *
 *     node dist/bench/search/ask-tell.js --method bayes --surrogate tpe --rule '{"type": "asha", "eta": 3}'
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { readEarlyTermination } from '../../src/sweep/early-terminate/read.js';
import type { Message } from './protocol.js';
import { isMethod, SearchSession } from './search-session.js';

const { values } = parseArgs({
  options: { method: { type: 'string', default: 'bayes' }, surrogate: { type: 'string' }, rule: { type: 'string' } },
});
const { method, surrogate, rule = '' } = values;
if (!isMethod(method)) throw new Error(`--method ${method} is no method of ours`);
if (surrogate !== undefined && surrogate !== 'gp' && surrogate !== 'tpe')
  throw new Error('--surrogate takes gp or tpe');
const session = new SearchSession({
  ...{ method, sampling: { surrogate } },
  // A name, or a mapping as in `early_terminate`.
  rule: readEarlyTermination(rule.startsWith('{') ? JSON.parse(rule) : rule || undefined),
});
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') process.stdout.write(`${JSON.stringify(session.answer(JSON.parse(line) as Message))}\n`);
}
