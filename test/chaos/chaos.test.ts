import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { campaign, type TormentedSweep } from './campaign.js';
import { writeDigits } from './digits.js';
import { classifierScenario, digitScenarios, mnistFolder, SAMPLES } from './scenarios.js';
import { observe, type Reference } from './torment.js';

const SEED = 1;
const dataset = mkdtempSync(join(tmpdir(), 'sweepwright-digits-'));
before(() => writeDigits(mnistFolder, dataset, SAMPLES));
after(() => rmSync(dataset, { recursive: true, force: true }));

async function killUntil(kills: number, references: readonly Reference[]): Promise<readonly TormentedSweep[]> {
  const sweeps = await campaign({ references, seed: SEED, kills, atATime: 2, onSweep: () => undefined });
  const wrong = sweeps.flatMap(({ number, scenario, wrong: lines }) =>
    lines.map((line) => `sweep ${number} of seed ${SEED} (${scenario}): ${line}`),
  );
  assert.deepEqual(wrong, [], wrong.join('\n'));
  return sweeps;
}

test('sweeps that are killed 200 times, at any event, end with the tables of undisturbed sweeps', async (t) => {
  const references: Reference[] = [];
  for (const scenario of digitScenarios(dataset)) references.push(await observe(scenario));
  const kills = (await killUntil(200, references)).flatMap((sweep) => sweep.kills);
  const times = (role: string, phase: string): number =>
    kills.filter((kill) => kill.role === role && kill.boundary.startsWith(phase)).length;
  t.diagnostic(
    `${kills.length} kills, ${times('host', '')} of them of hosts, ${times('main', 'during')} of the main process in a call`,
  );
  assert.ok(kills.length >= 200);
  assert.ok(times('host', '') >= 30 && times('main', '') >= 30, 'both kinds of process are killed often');
  for (const phase of ['before', 'during', 'after'])
    assert.ok(times('main', phase) > 0 && times('host', phase) > 0, phase);
});

test('so do killed sweeps of the built-in trainer, which saves within epochs', async () => {
  const sweeps = await killUntil(6, [await observe(classifierScenario)]);
  assert.ok(sweeps.flatMap(({ kills }) => kills).length >= 6);
});
