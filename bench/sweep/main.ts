/**
 * A whole sweep: 24 trials of backbone x learning rate x gamma x batch size on digits, with `sweep run`, with Optuna and
 * Keras, and with Ray Tune and Keras if Ray is installed. All use the same images, model, loss and optimizer, and start
 * with empty caches. `2x1` trains two trials at the same time with one thread each.
 *
 *     npm run bench -- sweep --json
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure, rowsOf, sweep, type Finished } from '../lib/cli.js';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';
import { referencePython } from '../lib/python.js';
import { writeDigits } from './digits.js';

const cores = cpus().length;
const usual = cores > 1 ? `2x${cores >> 1}` : '1x1';
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '24' },
    train: { type: 'string', default: '3840' },
    validation: { type: 'string', default: '1000' },
    epochs: { type: 'string', default: '3' },
    'image-size': { type: 'string', default: '32' },
    ours: { type: 'string', default: usual },
    optuna: { type: 'string', default: usual },
    ray: { type: 'string', default: usual },
    json: { type: 'boolean', default: false },
  },
});
const [epochs, imageSize] = [Number(values.epochs), Number(values['image-size'])];
const folder = mkdtempSync(join(tmpdir(), 'bench-sweep-'));
const data = join(folder, 'digits');

interface Point {
  readonly backbone: string;
  readonly batch_size: number;
  readonly learning_rate: number;
  readonly gamma: number;
}

type Space = { readonly [Name in keyof Point]: readonly Point[Name][] };

interface Trial {
  readonly params: Point;
  /** Validation accuracy of its best epoch. */
  readonly accuracy: number;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

const FULL: Space = {
  backbone: ['b0', 'b1'],
  batch_size: [32, 64],
  learning_rate: [5e-4, 1e-3, 2e-3],
  gamma: [0, 2],
};

/** The first values of each axis, for a grid of at most `limit` points. */
function spaceOf(limit: number): Space {
  let left = limit;
  const first = <Value>(axis: readonly Value[]): readonly Value[] => {
    const kept = axis.slice(0, Math.max(1, Math.floor(left)));
    left /= kept.length;
    return kept;
  };
  const [backbone, batch_size] = [first(FULL.backbone), first(FULL.batch_size)];
  return { backbone, batch_size, learning_rate: first(FULL.learning_rate), gamma: first(FULL.gamma) };
}

const space = spaceOf(Number(values.trials));
const size = Object.values(space).reduce((product, axis) => product * axis.length, 1);

interface Outcome {
  readonly name: string;
  readonly wallSeconds: number;
  /** From the start of the sweep to the end of its best trial. */
  readonly bestAfterSeconds: number;
  /** Of all processes; unknown for Ray, whose processes are not our children. */
  readonly cpuSeconds: number | undefined;
  readonly bestAccuracy: number;
  readonly trials: readonly Trial[];
}

function outcome(name: string, startedAt: number, processes: readonly Finished[], trials: readonly Trial[]): Outcome {
  if (trials.length !== size) throw new Error(`${name} finished ${trials.length} of ${size} trials`);
  const best = trials.reduce((a, b) => (b.accuracy > a.accuracy ? b : a));
  return {
    name,
    wallSeconds: rounded(Math.max(...processes.map(({ seconds }) => seconds)), 4),
    bestAfterSeconds: rounded((best.endedAt - startedAt) / 1000, 4),
    cpuSeconds: rounded(
      processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      4,
    ),
    bestAccuracy: rounded(best.accuracy, 4),
    trials,
  };
}

async function runOurs(arrangement: string): Promise<Outcome> {
  const [slots, threads] = arrangement.split('x') as [string, string];
  const file = join(folder, 'ours.yaml');
  const database = join(folder, 'ours', 'sweeps.duckdb');
  const parameters = Object.fromEntries(Object.entries(space).map(([name, axis]) => [name, { values: axis }]));
  const definition = {
    ...{ method: 'grid', dataset: data, metric: { name: 'val_accuracy', goal: 'maximize' }, parameters },
    ...{ epochs, image_size: imageSize },
  };
  writeFileSync(file, JSON.stringify(definition));
  const startedAt = Date.now();
  const run = await sweep('run', file, '--quiet', '--slots', slots, '--threads', threads, '--db', database);
  const rows = await rowsOf(
    database,
    `select ${Object.keys(space).join(', ')}, objective, epoch_ms(ended_at) as ended from trials where state = 'completed'`,
  );
  const trials = rows.map(({ objective, ended, ...params }) => {
    return { params: params as unknown as Point, accuracy: Number(objective), endedAt: Number(ended) };
  });
  return outcome(`ours ${arrangement}`, startedAt, [run], trials);
}

async function runPython(tool: 'optuna' | 'ray', arrangement: string): Promise<Outcome> {
  const [lanes, threads] = arrangement.split('x').map(Number) as [number, number];
  const own = join(folder, `${tool}-${arrangement}`);
  mkdirSync(own);
  const options = {
    ...{ space, data, imageSize, epochs, lanes, threads },
    trials: size,
    folder: own,
    journal: join(own, 'journal'),
  };
  const program = fileURLToPath(new URL(`../../../bench/sweep/${tool}_sweep.py`, import.meta.url));
  const environment = {
    TF_CPP_MIN_LOG_LEVEL: '3',
    CUDA_VISIBLE_DEVICES: '-1',
    TF_NUM_INTRAOP_THREADS: String(threads),
    RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO: '0',
  };
  const startedAt = Date.now();
  // Optuna shares a study among processes; Ray starts its own.
  const processes = await Promise.all(
    Array.from({ length: tool === 'optuna' ? lanes : 1 }, () =>
      measure(referencePython(), [program, JSON.stringify(options)], environment),
    ),
  );
  const found = processes.map(
    ({ stdout }) => JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as { readonly trials: Trial[] },
  );
  const trials = found.reduce((a, b) => (b.trials.length > a.trials.length ? b : a)).trials;
  const measured = outcome(`${tool} ${arrangement}`, startedAt, processes, trials);
  return tool === 'ray' ? { ...measured, cpuSeconds: undefined } : measured;
}

function hasRay(): boolean {
  try {
    execFileSync(referencePython(), ['-c', 'import ray.tune'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const listed = (text: string): string[] => text.split(',').filter((entry) => entry !== '');

try {
  writeDigits(data, { train: Number(values.train), t10k: Number(values.validation) });
  const outcomes: Outcome[] = [];
  for (const arrangement of listed(values.ours)) outcomes.push(await runOurs(arrangement));
  for (const arrangement of listed(values.optuna)) outcomes.push(await runPython('optuna', arrangement));
  if (hasRay()) for (const arrangement of listed(values.ray)) outcomes.push(await runPython('ray', arrangement));
  const accuracyOf = ({ trials }: Outcome): number => rounded(median(trials.map(({ accuracy }) => accuracy)));
  const fastest = (who: string): number =>
    Math.min(...outcomes.filter(({ name }) => name.startsWith(who)).map(({ wallSeconds }) => wallSeconds));
  const ratios = { oursToOptuna: rounded(fastest('ours') / fastest('optuna')) };
  const results = outcomes.map((each) => ({ ...each, medianAccuracy: accuracyOf(each) }));
  if (values.json) {
    const measured = {
      trials: size,
      train: Number(values.train),
      validation: Number(values.validation),
      epochs,
      imageSize,
    };
    process.stdout.write(`${JSON.stringify({ ...describeMachine(), ...measured, ratios, results })}\n`);
  } else {
    for (const { name, wallSeconds, bestAfterSeconds, cpuSeconds, bestAccuracy, medianAccuracy } of results) {
      process.stdout.write(
        `${name.padEnd(12)} ${size} trials in ${wallSeconds} s, best trial after ${bestAfterSeconds} s, ${cpuSeconds ?? '?'} s of processor time; ` +
          `best accuracy ${bestAccuracy}, median ${medianAccuracy}\n`,
      );
    }
    process.stdout.write(`ours / Optuna: ${ratios.oursToOptuna}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
