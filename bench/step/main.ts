/**
 * One training step of an EfficientNet: our compiled step, our step op by op, and Keras'. Each runs in its own process, in
 * turn step by step. Prints medians and their ratios.
 *
 *     npm run bench -- step --backbone b0 --image-size 96 --batch 16 --json
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Contender } from '../lib/contender.js';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';
import { referencePython } from '../lib/python.js';

const { values } = parseArgs({
  options: {
    backbone: { type: 'string', default: 'b0' },
    'image-size': { type: 'string', default: '96' },
    batch: { type: 'string', default: '16' },
    precision: { type: 'string', default: 'float32' },
    rounds: { type: 'string', default: '15' },
    contenders: { type: 'string', default: 'compiled,eager,keras' },
    json: { type: 'boolean', default: false },
  },
});
const { backbone, batch, precision } = values;
const imageSize = values['image-size'];
const shape = ['--backbone', backbone, '--image-size', imageSize, '--batch', batch];
const kerasProgram = fileURLToPath(new URL('../../../bench/step/keras_step.py', import.meta.url));
const ourProgram = fileURLToPath(new URL('./ours.js', import.meta.url));
const quiet = { TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '-1' };

/** `compiled`, `eager` or `keras`. A suffix sets a precision that differs from the others': `compiled:bfloat16`. */
function start(name: string): Promise<Contender> {
  const [kind, own = precision] = name.split(':') as [string, string?];
  const options = [...shape, '--precision', own];
  if (kind === 'keras') {
    return Contender.start({ name, command: referencePython(), args: [kerasProgram, ...options], environment: quiet });
  }
  const args = [ourProgram, '--kind', kind, ...options];
  return Contender.start({ name, command: process.execPath, args, environment: quiet });
}

const contenders: Contender[] = [];
for (const name of values.contenders.split(',')) contenders.push(await start(name));
const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
for (const contender of contenders) await contender.run(2);
for (let round = 0; round < Number(values.rounds); round++) {
  for (const contender of contenders) times.get(contender.name)!.push(...(await contender.run(1)));
}
const results = contenders.map((contender) => {
  const { name, startMs, facts } = contender;
  const ms = median(times.get(name)!);
  const imagesPerSecond = rounded((1000 * Number(batch)) / ms);
  const peakMb = Math.round(contender.peakMemory());
  return { name, medianMs: rounded(ms, 4), imagesPerSecond, startMs: Math.round(startMs), peakMb, facts };
});
for (const contender of contenders) await contender.close();

const medianOf = (name: string) => results.find((result) => result.name === name)?.medianMs;
function ratio(a: string, b: string): number | undefined {
  const [above, below] = [medianOf(a), medianOf(b)];
  return above === undefined || below === undefined ? undefined : rounded(above / below);
}
const ratios: Readonly<Record<string, number | undefined>> = {
  compiledToKeras: ratio('compiled', 'keras'),
  compiledToEager: ratio('compiled', 'eager'),
  eagerToKeras: ratio('eager', 'keras'),
  ...Object.fromEntries(
    results
      .filter(({ name }) => name.includes(':'))
      .map(({ name }) => [`${name} to compiled`, ratio(name, 'compiled')]),
  ),
};
if (values.json) {
  const measured = { ...describeMachine(), backbone, imageSize: Number(imageSize), batch: Number(batch), precision };
  process.stdout.write(`${JSON.stringify({ ...measured, ratios, results, raw: Object.fromEntries(times) })}\n`);
} else {
  process.stdout.write(
    `${backbone} at ${imageSize} px, batch ${batch}, ${precision}; median of ${values.rounds} steps\n`,
  );
  for (const { name, medianMs, imagesPerSecond, startMs, peakMb } of results) {
    process.stdout.write(
      `${name.padEnd(9)} ${medianMs} ms a step, ${imagesPerSecond} images/s, ${peakMb} MB, first step after ${startMs} ms\n`,
    );
  }
  for (const [name, value] of Object.entries(ratios))
    if (value !== undefined) process.stdout.write(`${name} ${value}\n`);
}
