/**
 * A process that has a database open for writing, answers queries, and records four trials at a time until it is killed. Prints
 * a line for every acknowledged epoch. `process.argv`: the database; then `idle` to record nothing, or `halfway` to record two
 * running trials and wait.
 */
import { serve } from '../../../src/store/endpoint/serve.js';
import { openStore } from '../../../src/store/store.js';
import { completed, declare, epochOf, started, trialOf } from '../helpers.js';

const [database, mode] = process.argv.slice(2);
const store = await openStore(database!, { now: Date.now });
const handle = await store.openSweep(declare());
const endpoint = await serve(store, { sweep: 'flowers', now: Date.now });
const recorder = handle.recorder();
const print = (line: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${line}\n`, () => resolve()));
await print(`ready ${endpoint.port}`);

async function emitter(): Promise<void> {
  for (;;) {
    const trial = trialOf(handle.nextTrialId());
    await recorder.emit(started(trial));
    for (let epoch = 1; epoch <= 3; epoch++) {
      await recorder.emit(epochOf(trial.id, epoch, { val_accuracy: epoch / 10 }));
      await print(`epoch ${trial.id} ${epoch}`);
    }
    await recorder.emit(completed(trial.id));
    await print(`done ${trial.id}`);
  }
}

if (mode === 'halfway') {
  for (const id of [handle.nextTrialId(), handle.nextTrialId()]) {
    await recorder.emit(started(trialOf(id)));
    await recorder.emit(epochOf(id, 1, { val_accuracy: 0.5 }));
  }
  await print('halfway');
}
if (mode) setInterval(() => undefined, 60_000);
else await Promise.all([emitter(), emitter(), emitter(), emitter()]);
