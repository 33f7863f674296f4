/**
 * `npm run bench -- query [--trials N] [--runs N] [--folder DIR] [--json]`: duration of the commands that
 * read, on a database of a million trials and twenty million measurements, and on a small one. Each runs in its own process.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../lib/machine.js';
import { median } from '../lib/numbers.js';
import { makeDatabase } from './make-database.js';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '7' },
    folder: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const trials = Number(values.trials);
const scratch = mkdtempSync(join(tmpdir(), 'sweepwright-query-'));
const small = await databaseIn(join(scratch, 'small'), 12);
const large = await databaseIn(values.folder ?? join(scratch, 'large'), trials);
const middle = Math.ceil(trials / 2);

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  node: ['-e', '0'],
  'top, small': [CLI, 'top', '--db', small],
  top: [CLI, 'top', '--db', large],
  status: [CLI, 'status', '--db', large],
  show: [CLI, 'show', String(middle), '--db', large],
  'sql, sweeps': [CLI, 'sql', 'FROM sweeps', '--db', large],
  'sql, a curve': [CLI, 'sql', `FROM curves WHERE trial = ${middle}`, '--db', large],
  'sql, best objective by gamma': [
    ...[CLI, 'sql', 'SELECT gamma, min(objective) FROM trials GROUP BY gamma ORDER BY 2 LIMIT 5', '--db', large],
  ],
  'sql, ranks': [CLI, 'sql', 'SELECT rank, trial, objective FROM leaderboard ORDER BY rank LIMIT 10', '--db', large],
};

// In turn, so that other load on the machine affects all of them equally.
const times = new Map<string, number[]>(Object.keys(COMMANDS).map((name) => [name, []]));
for (let run = 0; run < Number(values.runs); run++) {
  for (const [name, args] of Object.entries(COMMANDS)) {
    const started = performance.now();
    execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    times.get(name)!.push(performance.now() - started);
  }
}
rmSync(scratch, { recursive: true, force: true });
const medianMs = Object.fromEntries([...times].map(([name, all]) => [name, Math.round(median(all))]));
if (values.json) process.stdout.write(`${JSON.stringify({ ...describeMachine(), trials, medianMs })}\n`);
else for (const [name, ms] of Object.entries(medianMs)) process.stdout.write(`${String(ms).padStart(6)} ms  ${name}\n`);

async function databaseIn(folder: string, count: number): Promise<string> {
  const database = join(folder, 'sweeps.duckdb');
  return existsSync(database) ? database : (await makeDatabase(folder, count)).database;
}
