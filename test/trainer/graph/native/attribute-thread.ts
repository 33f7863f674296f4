import { workerData } from 'node:worker_threads';
import { registerAttributeNames } from '../../../../src/trainer/graph/native/attribute-names.js';

/** A thread that registers names with a fake addon, which detects two threads inside it at the same time. */
export interface AttributeTask {
  /** Counters: threads that are ready (all start at `threads`), threads inside the addon, whether there were ever two, calls. */
  readonly counts: Int32Array;
  readonly threads: number;
}

const [READY, INSIDE, MET, CALLS] = [0, 1, 2, 3];
const { counts, threads } = workerData as AttributeTask;
Atomics.add(counts, READY, 1);
// Busy waiting: threads woken one after the other might not overlap.
while (Atomics.load(counts, READY) < threads);
for (let call = 0; call < 200; call++) {
  registerAttributeNames({
    TF_ATTR_BOOL: 4,
    executeOp() {
      if (Atomics.add(counts, INSIDE, 1) > 0) Atomics.store(counts, MET, 1);
      Atomics.add(counts, CALLS, 1);
      const until = performance.now() + 0.05;
      while (performance.now() < until);
      Atomics.sub(counts, INSIDE, 1);
      throw new Error('an attribute has no type');
    },
  });
}
