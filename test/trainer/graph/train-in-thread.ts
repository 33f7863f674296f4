import { parentPort, workerData } from 'node:worker_threads';
import { createCompiledStep } from '../../../src/trainer/graph/running/compiled-step.js';
import { smallNet, smallNetInputs } from './programs.js';

/** A thread that starts together with the others, trains some steps and posts the resulting bits. */
export interface ThreadTask {
  readonly cacheDir: string;
  readonly seed: number;
  /** Number of threads that are ready. All start when it reaches `threads`. */
  readonly ready: Int32Array;
  readonly threads: number;
}

export interface ThreadResult {
  readonly kind: string;
  readonly warnings: readonly string[];
  readonly state: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
}

const { cacheDir, seed, ready, threads } = workerData as ThreadTask;
const warnings: string[] = [];
const step = createCompiledStep(smallNet({ seed, batch: 16 }), { cacheDir, warn: (message) => warnings.push(message) });
Atomics.add(ready, 0, 1);
Atomics.notify(ready, 0);
for (let count = Atomics.load(ready, 0); count < threads; count = Atomics.load(ready, 0)) Atomics.wait(ready, 0, count);
for (let index = 0; index < 50; index++) step.train(smallNetInputs(16));
const result: ThreadResult = { kind: step.kind, warnings, state: step.read() };
step.close();
parentPort!.postMessage(result);
