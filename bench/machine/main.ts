/**
 * Images per second of the whole machine during the training of an EfficientNet: our slots in one process, and Keras in one
 * or several processes. The arrangements train in turn for some seconds each, several rounds. `2x1` is two slots, or two
 * processes, with one intra-op thread each.
 *
 *     npm run bench -- machine --backbone b0 --image-size 96 --batch 16 --json
 */
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contender } from '../lib/contender.js';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';
import { referencePython } from '../lib/python.js';

const cores = cpus().length;
const usual = [`1x${cores}`, ...(cores > 1 ? [`2x${cores >> 1}`] : []), ...(cores > 2 ? [`${cores}x1`] : [])].join();
const { values } = parseArgs({
  options: {
    backbone: { type: 'string', default: 'b0' },
    'image-size': { type: 'string', default: '96' },
    batch: { type: 'string', default: '16' },
    ours: { type: 'string', default: usual },
    keras: { type: 'string', default: usual },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
});
const { backbone, batch } = values;
const imageSize = values['image-size'];
const shape = ['--backbone', backbone, '--image-size', imageSize, '--batch', batch];
const kerasProgram = fileURLToPath(new URL('../../../bench/step/keras_step.py', import.meta.url));
const ourProgram = fileURLToPath(new URL('../step/ours.js', import.meta.url));

/** Processes that train at the same time. */
interface Arrangement {
  readonly name: string;
  readonly processes: readonly Contender[];
  /** Batches that train at the same time, over all processes. */
  readonly lanes: number;
  /** Steps of every lane in a turn, chosen so that a turn takes about `--seconds`. */
  readonly stepsPerTurn: number;
}

async function arrange(who: 'ours' | 'keras', text: string): Promise<Arrangement> {
  const [lanes, threads] = text.split('x').map(Number) as [number, number];
  const environment = {
    TF_CPP_MIN_LOG_LEVEL: '3',
    CUDA_VISIBLE_DEVICES: '-1',
    TF_NUM_INTRAOP_THREADS: String(threads),
  };
  const name = `${who} ${text}`;
  const program =
    who === 'ours'
      ? { command: process.execPath, args: [ourProgram, '--slots', String(lanes), ...shape] }
      : { command: referencePython(), args: [kerasProgram, ...shape] };
  const processes: Contender[] = [];
  for (let count = who === 'ours' ? 1 : lanes; count > 0; count--) {
    processes.push(await Contender.start({ name, ...program, environment }));
  }
  await runAll(processes, 2);
  const stepMs = (await runAll(processes, 3)) / 3;
  return { name, processes, lanes, stepsPerTurn: Math.max(3, Math.round((1000 * Number(values.seconds)) / stepMs)) };
}

/** Milliseconds until every process has taken `steps` steps. */
async function runAll(processes: readonly Contender[], steps: number): Promise<number> {
  const started = performance.now();
  await Promise.all(processes.map((each) => each.run(steps)));
  return performance.now() - started;
}

const arrangements: Arrangement[] = [];
for (const text of values.ours.split(',')) arrangements.push(await arrange('ours', text));
for (const text of values.keras.split(',')) arrangements.push(await arrange('keras', text));
const speeds = new Map(arrangements.map(({ name }) => [name, [] as number[]]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const { name, processes, lanes, stepsPerTurn } of arrangements) {
    const ms = await runAll(processes, stepsPerTurn);
    speeds.get(name)!.push(rounded((1000 * lanes * stepsPerTurn * Number(batch)) / ms, 4));
  }
}
const results = arrangements.map(({ name, processes }) => ({
  name,
  imagesPerSecond: rounded(median(speeds.get(name)!)),
  peakMb: Math.round(processes.reduce((sum, each) => sum + each.peakMemory(), 0)),
}));
for (const { processes } of arrangements) for (const each of processes) await each.close();

const bestOf = (who: string): number =>
  Math.max(...results.filter(({ name }) => name.startsWith(who)).map(({ imagesPerSecond }) => imagesPerSecond));
const ratios = { oursToKeras: rounded(bestOf('ours') / bestOf('keras')) };
if (values.json) {
  const measured = { ...describeMachine(), backbone, imageSize: Number(imageSize), batch: Number(batch) };
  process.stdout.write(`${JSON.stringify({ ...measured, ratios, results, raw: Object.fromEntries(speeds) })}\n`);
} else {
  process.stdout.write(`${backbone} at ${imageSize} px, batch ${batch}; median of ${values.rounds} turns\n`);
  for (const { name, imagesPerSecond, peakMb } of results) {
    process.stdout.write(`${name.padEnd(12)} ${imagesPerSecond} images/s, ${peakMb} MB\n`);
  }
  process.stdout.write(`ours / Keras, each with its best arrangement: ${ratios.oursToKeras}\n`);
}
