/**
 * Time and memory until the first trial of a grid: with our sweep file, and with Optuna's grid sampler for grids that fit
 * into its memory. Each runs in its own process, in turn, several rounds.
 *
 *     npm run bench -- plan --json
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure } from '../lib/cli.js';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';
import { referencePython } from '../lib/python.js';

const { values } = parseArgs({
  options: {
    edges: { type: 'string', default: '10,100,1000' },
    'optuna-edges': { type: 'string', default: '10,100' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'bench-plan-'));
const ourProgram = fileURLToPath(new URL('./ours.js', import.meta.url));
const optunaProgram = fileURLToPath(new URL('../../../bench/plan/optuna_plan.py', import.meta.url));

interface Found {
  /** Time to read and check the file; Optuna has none. */
  readonly checkMs?: number;
  readonly firstTrialMs: number;
  readonly peakMb: number;
}

/** Writes a sweep file with `edge` values on each of three axes. Returns its path. */
function writeSweep(edge: number): string {
  const file = join(folder, `edge-${edge}.yaml`);
  const numbers = JSON.stringify(Array.from({ length: edge }, (_, index) => index));
  const axes = ['x', 'y', 'z'].map((name) => `${name}: {values: ${numbers}}`).join(', ');
  const trainer = fileURLToPath(new URL('../overhead/trainer.js', import.meta.url));
  writeFileSync(file, `{method: grid, trainer: ${trainer}, metric: {name: val_loss}, parameters: {${axes}}}`);
  return file;
}

const edgesOf = (text: string): number[] => text.split(',').map(Number);
const contenders = [
  ...edgesOf(values.edges).map((edge) => {
    const file = writeSweep(edge);
    return { name: 'ours', edge, run: () => measure(process.execPath, [ourProgram, file]) };
  }),
  ...edgesOf(values['optuna-edges']).map((edge) => {
    return { name: 'optuna', edge, run: () => measure(referencePython(), [optunaProgram, String(edge)]) };
  }),
];
try {
  const found = contenders.map(() => [] as Found[]);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [index, { run }] of contenders.entries()) found[index]!.push(JSON.parse((await run()).stdout) as Found);
  }
  const results = contenders.map(({ name, edge }, index) => ({
    name,
    points: edge ** 3,
    ...(name === 'ours' && { checkMs: rounded(median(found[index]!.map(({ checkMs = NaN }) => checkMs))) }),
    firstTrialMs: rounded(median(found[index]!.map(({ firstTrialMs }) => firstTrialMs))),
    peakMb: Math.round(median(found[index]!.map(({ peakMb }) => peakMb))),
  }));
  if (values.json) process.stdout.write(`${JSON.stringify({ ...describeMachine(), results })}\n`);
  else {
    for (const { name, points, checkMs, firstTrialMs, peakMb } of results) {
      const size = points.toLocaleString('en-US').padStart(13);
      process.stdout.write(
        `${name.padEnd(7)} ${size} points: first trial after ${firstTrialMs} ms, ${peakMb} MB${checkMs === undefined ? '' : `; file read and checked in ${checkMs} ms`}\n`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
