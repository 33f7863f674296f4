/**
 * Cost of running a trial without its training. First trials that return at once, with our command line and with Optuna's
 * SQLite and journal storages, in turn. Then trials that sleep, compared with the time of the sleep alone.
 *
 *     npm run bench -- overhead --json
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rowsOf, sweep } from '../lib/cli.js';
import { Contender } from '../lib/contender.js';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';
import { referencePython } from '../lib/python.js';

const { values } = parseArgs({
  options: {
    slots: { type: 'string', default: '16' },
    reports: { type: 'string', default: '5,10' },
    rounds: { type: 'string', default: '5' },
    trials: { type: 'string', default: '5000' },
    'optuna-trials': { type: 'string', default: '100' },
    sleepers: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '0.1' },
    json: { type: 'boolean', default: false },
  },
});
const { slots } = values;
const [rounds, trials, optunaTrials] = [values.rounds, values.trials, values['optuna-trials']].map(Number) as [
  number,
  number,
  number,
];
const [sleepers, seconds] = [Number(values.sleepers), Number(values.seconds)];
const folder = mkdtempSync(join(tmpdir(), 'bench-overhead-'));
const optunaProgram = fileURLToPath(new URL('../../../bench/overhead/optuna_trials.py', import.meta.url));

/** Writes a sweep file with a million trials. Returns its path. */
function writeSweep(name: string, reports: number, duration: number): string {
  const numbers = JSON.stringify(Array.from({ length: 1000 }, (_, index) => index));
  const file = join(folder, `${name}.yaml`);
  writeFileSync(
    file,
    `{name: ${name}, method: grid, trainer: ${fileURLToPath(new URL('./trainer.js', import.meta.url))},
      metric: {name: val_loss, goal: minimize}, slots: ${slots}, parameters: {x: {values: ${numbers}}, y: {values: ${numbers}},
      reports: {value: ${reports}}, duration: {value: ${duration}}}}`,
  );
  return file;
}

/** Runs the next `count` trials of a sweep. Returns milliseconds from the start of the first to the end of the last. */
async function runOurs(file: string, count: number): Promise<number> {
  const database = `${file}.duckdb`;
  await sweep('run', file, '--max-trials', String(count), '--quiet', '--db', database);
  const [row] = await rowsOf(
    database,
    `select epoch_ms(max(ended_at)) - epoch_ms(min(started_at)) as ms, count(*) as trials
      from (select started_at, ended_at from trials order by trial desc limit ${count})`,
  );
  if (Number(row!['trials']) !== count) throw new Error(`expected ${count} trials, found ${String(row!['trials'])}`);
  return Number(row!['ms']);
}

async function compare(reports: number) {
  const file = writeSweep(`reports-${reports}`, reports, 0);
  const others: Contender[] = [];
  for (const storage of ['sqlite', 'journal']) {
    const args = [optunaProgram, '--storage', storage, '--folder', folder, '--reports', String(reports)];
    others.push(await Contender.start({ name: `optuna ${storage}`, command: referencePython(), args }));
  }
  const speeds = new Map(['ours', ...others.map(({ name }) => name)].map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    speeds.get('ours')!.push(rounded((1000 * trials) / (await runOurs(file, trials))));
    for (const other of others) {
      const [ms] = await other.run(optunaTrials);
      speeds.get(other.name)!.push(rounded((1000 * optunaTrials) / ms!));
    }
  }
  for (const other of others) await other.close();
  return [...speeds].map(([name, all]) => ({ name, reports, trialsPerSecond: rounded(median(all)), byRound: all }));
}

async function sleep() {
  const idealSeconds = (sleepers * seconds) / Number(slots);
  const took = (await runOurs(writeSweep('sleepers', 1, seconds), sleepers)) / 1000;
  return {
    sleepers,
    seconds,
    slots: Number(slots),
    idealSeconds,
    took: rounded(took, 4),
    above: rounded(took / idealSeconds - 1),
  };
}

try {
  const instant = [];
  for (const reports of values.reports.split(',')) instant.push(...(await compare(Number(reports))));
  const sleeping = sleepers > 0 ? await sleep() : undefined;
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ ...describeMachine(), slots: Number(slots), rounds, trials, instant, sleeping })}\n`,
    );
  } else {
    for (const { name, reports, trialsPerSecond, byRound } of instant) {
      process.stdout.write(
        `${name.padEnd(15)} ${reports} reports: ${trialsPerSecond} trials/s (by round: ${byRound.join(', ')})\n`,
      );
    }
    if (sleeping) {
      const { took, idealSeconds, above } = sleeping;
      process.stdout.write(
        `${sleepers} trials of ${seconds} s on ${slots} slots: ${took} s, ${rounded(100 * above)} % above the ideal ${idealSeconds} s\n`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
