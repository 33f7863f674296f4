/** Our training steps, in one or more threads; standard input gives their number (see bench/lib/contender.ts). */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'compiled' },
    backbone: { type: 'string', default: 'b0' },
    'image-size': { type: 'string', default: '96' },
    batch: { type: 'string', default: '16' },
    slots: { type: 'string', default: '1' },
    precision: { type: 'string', default: 'float32' },
  },
});
const cacheDir = mkdtempSync(join(tmpdir(), 'bench-step-'));
const { kind, backbone, precision } = values;
const workerData = {
  kind,
  backbone,
  precision,
  imageSize: Number(values['image-size']),
  batch: Number(values.batch),
  cacheDir,
};
const threads = Array.from(
  { length: Number(values.slots) },
  () => new Worker(new URL('./ours-thread.js', import.meta.url), { workerData }),
);
const answers = async <Answer>() =>
  (await Promise.all(threads.map((thread) => once(thread, 'message')))).map(([answer]) => answer as Answer);

const [ready] = await answers<object>();
process.stdout.write(`ready ${JSON.stringify(ready)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const answered = answers<number[]>();
  for (const thread of threads) thread.postMessage(Number(line.split(' ')[1]));
  process.stdout.write(`ran ${JSON.stringify({ ms: (await answered).flat() })}\n`);
}
rmSync(cacheDir, { recursive: true });
process.exit();
