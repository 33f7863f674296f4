/** `npm run bench -- record [--emitters N] [--trials N] [--db FILE] [--json]`: how fast events are written to disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore } from '../../src/store/store.js';
import { describeMachine } from '../lib/machine.js';

const EPOCHS = 5;

const { values } = parseArgs({
  options: {
    emitters: { type: 'string', default: '16' },
    trials: { type: 'string', default: '10000' },
    db: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'sweepwright-record-'));
const [emitters, trials] = [Number(values.emitters), Number(values.trials)];
const store = await openStore(values.db ?? join(folder, 'sweeps.duckdb'), { now: Date.now });
const handle = await store.openSweep({
  name: `record-${Date.now()}`,
  method: 'grid',
  objective: { metric: 'val_loss', goal: 'minimize' },
  declared: trials,
  definition: '',
  definitionPath: '/record.yaml',
  overrides: [],
  seeds: [1],
  trainer: './trainer.mjs',
  trainerVersion: '1',
  versions: { node: process.versions.node, sweepwright: '0' },
  host: 'bench',
});
const recorder = handle.recorder();
const environment = { device: 'cpu:0', slot: 0, node: 'lab', pid: process.pid, threads: 1 };
const waits: number[] = [];
const tenths: number[] = [];
let begun = 0;
let ended = 0;
let peakMb = 0;
const started = performance.now();

async function emit(event: Parameters<typeof recorder.emit>[0]): Promise<void> {
  const from = performance.now();
  await recorder.emit(event);
  waits.push(performance.now() - from);
}

async function work(): Promise<void> {
  while (begun < trials) {
    const position = begun++;
    const trialId = handle.nextTrialId();
    const key = ((BigInt(trialId) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn).toString(16).padStart(16, '0');
    const trial = { id: trialId, key, position, seed: 1, params: { learning_rate: position / trials, gamma: 2 } };
    const of = { trialId, attempt: 1 };
    await emit({ type: 'trial-started', at: Date.now(), ...of, trial, environment });
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      await emit({ type: 'trial-epoch', at: Date.now(), ...of, epoch, metrics: { val_loss: 1 / (epoch + position) } });
    }
    await emit({ type: 'trial-completed', at: Date.now(), ...of });
    if (++ended % Math.ceil(trials / 10) === 0) tenths.push(performance.now());
    if (ended % 1000 === 0) peakMb = Math.max(peakMb, process.memoryUsage.rss() / 2 ** 20);
  }
}

await Promise.all(Array.from({ length: emitters }, work));
const seconds = (performance.now() - started) / 1000;
await recorder.close();
await store.close();
rmSync(folder, { recursive: true, force: true });
waits.sort((a, b) => a - b);
const result = {
  trialsPerSecond: Math.round(trials / seconds),
  eventsPerSecond: Math.round((trials * (EPOCHS + 2)) / seconds),
  medianWaitMs: Number(waits[Math.floor(waits.length / 2)]!.toFixed(2)),
  p99WaitMs: Number(waits[Math.floor(waits.length * 0.99)]!.toFixed(2)),
  tenthsMs: tenths.map((at, index) => Math.round(at - (tenths[index - 1] ?? started))),
  cpuSecondsPerThousandTrials: Number(
    ((process.cpuUsage().user + process.cpuUsage().system) / 1e3 / trials).toFixed(2),
  ),
  peakMb: Math.round(peakMb),
};
if (values.json) process.stdout.write(`${JSON.stringify({ ...describeMachine(), emitters, trials, ...result })}\n`);
else for (const [name, value] of Object.entries(result)) process.stdout.write(`${name}: ${String(value)}\n`);
