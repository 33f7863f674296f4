/**
 * `npm run chaos -- --kills 5000 --seed 7`: kills processes of sweeps until the number is reached. `--events` and
 * `--sweep`, as printed for a failed sweep, repeat its kills.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { campaign, tormentNumber, type TormentedSweep } from './campaign.js';
import { writeDigits } from './digits.js';
import { classifierScenario, digitScenarios, mnistFolder, SAMPLES } from './scenarios.js';
import type { Events } from './subject.js';
import { observe, type Reference } from './torment.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    sweep: { type: 'string' },
    events: { type: 'string' },
  },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const [kills, seed, atATime] = [values.kills, values.seed, values.jobs].map(Number) as [number, number, number];

const dataset = mkdtempSync(join(tmpdir(), 'sweepwright-digits-'));
try {
  await writeDigits(mnistFolder, dataset, SAMPLES);
  const references: Reference[] = [];
  for (const scenario of [...digitScenarios(dataset), classifierScenario]) references.push(await observe(scenario));
  if (values.events !== undefined) overrule(references, values.events);
  const events = references.map(({ events: { start, main, hosts } }) => `${start},${main},${hosts}`).join('/');
  const replay = (number: number): string => `npm run chaos -- --seed ${seed} --sweep ${number} --events ${events}`;
  print(`seed ${seed}, events ${events}`);

  let killed = 0;
  const tell = ({ number, scenario, kills: dead, wrong }: TormentedSweep): void => {
    killed += dead.length;
    print(
      `sweep ${number} (${scenario}): ${dead.length} killed, ${killed} in all; ${wrong.length === 0 ? 'same result as without kills' : 'WRONG'}`,
    );
    if (wrong.length === 0 && values.sweep === undefined) return;
    for (const { role, event, boundary } of dead) print(`  ${role} at event ${event}, ${boundary}`);
    for (const line of wrong) print(`  ${line}`);
    if (wrong.length > 0) print(`  again: ${replay(number)}`);
  };
  const options = { references, seed, kills, atATime, onSweep: tell };
  let sweeps: readonly TormentedSweep[];
  if (values.sweep === undefined) {
    sweeps = await campaign(options);
  } else {
    sweeps = [await tormentNumber(options, Number(values.sweep))];
    sweeps.forEach(tell);
  }
  const failed = sweeps.filter(({ wrong }) => wrong.length > 0).length;
  print(
    `${killed} processes killed in ${sweeps.length} sweeps; ${failed === 0 ? 'all results are correct' : `${failed} have wrong results`}`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(dataset, { recursive: true, force: true });
}

/** Uses the event ranges of an earlier campaign, whose processes may have counted slightly different numbers. */
function overrule(references: Reference[], text: string): void {
  for (const [index, part] of text.split('/').entries()) {
    const [start, main, hosts] = part.split(',').map(Number) as [number, number, number];
    const events: Events = { start, main, hosts };
    references[index] = { ...references[index]!, events };
  }
}
