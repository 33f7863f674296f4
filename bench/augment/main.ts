/**
 * Cost of augmentation: images per second on one thread for each operation with its defaults, for RandAugment, and for each
 * preset. `--wait` also measures the share of an epoch that training waits for images (batch 16, EfficientNet-B0; needs
 * TensorFlow).
 *
 *     npm run bench -- augment --image-size 224 --json
 *     npm run bench -- augment --wait --wait-size 96
 */
import { parseArgs } from 'node:util';
import type { ParamValue } from '../../src/core/parameters.js';
import { seededRandom } from '../../src/core/random.js';
import { OPERATIONS } from '../../src/trainer/data/augmentation/operations.js';
import { createAugmenter } from '../../src/trainer/data/augmentation/pipeline.js';
import { readSettings } from '../../src/trainer/training/classifier-settings.js';
import { describeMachine } from '../lib/machine.js';
import { median, rounded } from '../lib/numbers.js';

const { values } = parseArgs({
  options: {
    'image-size': { type: 'string', default: '224' },
    rounds: { type: 'string', default: '9' },
    wait: { type: 'boolean', default: false },
    'wait-size': { type: 'string', default: '96' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values['image-size']);
/** Least duration of a round. */
const ROUND_MS = 60;

/** Waves and noise, because some operations are faster on images of one colour. */
const random = seededRandom(1, 'image');
const image = Uint8Array.from({ length: size * size * 3 }, (_, place) => {
  const [x, y] = [Math.floor(place / 3) % size, Math.floor(place / 3 / size)];
  return 120 + 60 * Math.sin(x / 9) + 40 * Math.cos(y / 7) + 20 * random();
});

/** Processor time of this process, which other programs do not change. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Median over rounds of images per second. */
function speedOf(work: (round: number) => void): number {
  const speeds = Array.from({ length: Number(values.rounds) + 1 }, (_, round) => {
    const start = processorMs();
    let images = 0;
    for (; processorMs() - start < ROUND_MS; images++) work(round * 1000 + images);
    return (1000 * images) / (processorMs() - start);
  });
  return Math.round(median(speeds.slice(1)));
}

function speedOfPipeline(augment: ParamValue): number {
  const out = new Uint8Array(image.length);
  const augmenter = createAugmenter(readSettings({ augment }).augmentation.pipeline!, size);
  return speedOf((round) => {
    out.set(image);
    augmenter(out, seededRandom(round));
  });
}

const operations = Object.fromEntries(Object.keys(OPERATIONS).map((op) => [op, speedOfPipeline([{ op, p: 1 }])]));
const presets = Object.fromEntries(
  ['light', 'medium', 'strong', 'randaugment'].map((augment) => [augment, speedOfPipeline(augment)]),
);
const waitShare = values.wait ? await waitShares(Number(values['wait-size'])) : undefined;

/** Loads TensorFlow only for `--wait`. */
async function waitShares(imageSize: number): Promise<Record<string, number>> {
  const { measureWait } = await import('./wait.js');
  return measureWait(imageSize);
}

if (values.json) {
  process.stdout.write(`${JSON.stringify({ machine: describeMachine(), size, operations, presets, waitShare })}\n`);
} else {
  process.stdout.write(`images per second of processor time at ${size} px, one thread\n`);
  for (const [name, speed] of Object.entries({ ...operations, ...presets })) {
    process.stdout.write(`${name.padEnd(22)} ${String(speed).padStart(7)}  ${String(rounded(1000 / speed))} ms\n`);
  }
  for (const [name, share] of Object.entries(waitShare ?? {})) {
    process.stdout.write(`waiting for input, ${name}: ${rounded(100 * share)} % of an epoch\n`);
  }
}
