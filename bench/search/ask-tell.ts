/**
 * Answers a harness that asks for trials and tells their results, a JSON object a line on standard input and output; see
 * docs/samplers.md.
 *
 *     node dist/bench/search/ask-tell.js --method bayes
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Message } from './protocol.js';
import { isMethod, SearchSession } from './search-session.js';

const { values } = parseArgs({ options: { method: { type: 'string', default: 'bayes' } } });
if (!isMethod(values.method)) throw new Error(`--method ${values.method} is none of random, sobol, bayes`);
const session = new SearchSession({ method: values.method });
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') process.stdout.write(`${JSON.stringify(session.answer(JSON.parse(line) as Message))}\n`);
}
