import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { pendingTrials, unfinishedTrials } from '../../../src/session/running/pending-trials.js';
import type { EventSink } from '../../../src/core/trial/events.js';
import type { Assignment } from '../../../src/executor/scheduling/assignment-source.js';
import { openStore } from '../../../src/store/store.js';
import { parseSweep } from '../../../src/sweep/parse.js';
import { planTrials, type Plan } from '../../../src/search/plan.js';
import { manifest } from '../../fixtures/manifest.js';
import { ask, completed, declare, epochOf, failed, NEW_YEAR, started } from '../../store/helpers.js';

/** What can happen to the trial of a slot; an idle slot takes the next one instead. */
const STEPS = ['epoch', 'completes', 'is stopped', 'is paused', 'fails', 'fails for good'] as const;
type Step = (typeof STEPS)[number];

/** A process that runs the sweep for a while. When its steps are over it is killed, whatever is under way. */
interface Life {
  readonly slots: number;
  readonly retryFailed: boolean;
  readonly steps: readonly { readonly slot: number; readonly step: Step }[];
}

const life: fc.Arbitrary<Life> = fc.record({
  slots: fc.integer({ min: 1, max: 3 }),
  retryFailed: fc.boolean(),
  steps: fc.array(fc.record({ slot: fc.nat(2), step: fc.constantFrom(...STEPS) }), { maxLength: 16 }),
});

function planOf(size: number): Plan {
  const values = Array.from({ length: size }, (_, index) => index).join(', ');
  const text = `name: flowers\nmethod: grid\ntrainer: ./t.mjs\nmetric: { name: val_accuracy, goal: maximize }\nparameters: { x: { values: [${values}] } }\n`;
  const definition = parseSweep({ file: 'flowers.yaml', text }, { manifest });
  return planTrials(definition, { fingerprint: '', trainerVersion: '1', defaults: {} });
}

interface UnderWay extends Assignment {
  attempt: number;
  epoch: number;
}

/** Every promise about who trains what, checked at each step. */
class Witness {
  readonly #ended = new Map<string, 'finished' | 'failed'>();
  readonly #epochs = new Map<string, number>();
  readonly #attempts = new Map<string, number>();

  begins(
    { trial, recordedEpochs }: UnderWay,
    attempt: number,
    others: readonly UnderWay[],
    retryFailed: boolean,
  ): void {
    const { key } = trial;
    assert.ok(!others.some((other) => other.trial.key === key), 'a trial trains twice at once');
    assert.notEqual(this.#ended.get(key), 'finished', 'a finished trial trains again');
    assert.ok(retryFailed || !this.#ended.has(key), 'a failed trial trains again, and nobody asked for it');
    assert.equal(attempt, (this.#attempts.get(key) ?? 0) + 1, 'attempts count up');
    assert.equal(recordedEpochs, this.#epochs.get(key) ?? 0, 'it goes on where its records end');
    this.#attempts.set(key, attempt);
    this.#ended.delete(key);
  }

  records({ trial, epoch }: UnderWay): void {
    this.#epochs.set(trial.key, epoch);
  }

  ends({ trial }: UnderWay, how: 'finished' | 'failed'): void {
    this.#ended.set(trial.key, how);
  }
}

async function live(
  database: string,
  plan: Plan,
  { slots, retryFailed, steps }: Life,
  witness: Witness,
): Promise<void> {
  const store = await openStore(database, { now: () => NEW_YEAR });
  try {
    const handle = await store.openSweep(declare({ declared: plan.size }));
    const [known, finished] = [await handle.known(), await handle.finished()];
    const due = unfinishedTrials(plan.enumeration!, finished);
    const pending = pendingTrials(due, handle, { known, retryFailed, limit: Infinity });
    const sink = handle.recorder();
    const underWay = new Map<number, UnderWay>();
    for (const { slot, step } of steps) {
      if (slot >= slots) continue;
      const trial = underWay.get(slot);
      if (trial !== undefined) {
        if (await happens(sink, trial, step, witness)) continue;
        underWay.delete(slot);
        continue;
      }
      const next = await pending.next();
      if (next.done === true) continue;
      const begun = { ...next.value, attempt: next.value.attempts + 1, epoch: next.value.recordedEpochs };
      witness.begins(begun, begun.attempt, [...underWay.values()], retryFailed);
      underWay.set(slot, begun);
      await sink.emit(started(begun.trial, begun.attempt));
    }
    await sink.close();
  } finally {
    await store.close();
  }
}

/** Returns whether the trial is still under way. */
async function happens(sink: EventSink, trial: UnderWay, step: Step, witness: Witness): Promise<boolean> {
  const { id } = trial.trial;
  switch (step) {
    case 'epoch':
      trial.epoch++;
      await sink.emit(epochOf(id, trial.epoch, { val_accuracy: 1 / trial.epoch }, trial.attempt));
      witness.records(trial);
      return true;
    case 'fails':
      await sink.emit(failed(id, true, trial.attempt));
      trial.attempt++;
      witness.begins({ ...trial, recordedEpochs: trial.epoch }, trial.attempt, [], false);
      await sink.emit(started(trial.trial, trial.attempt));
      return true;
    case 'completes':
      await sink.emit(completed(id, trial.attempt));
      witness.ends(trial, 'finished');
      return false;
    case 'is stopped': {
      const { epoch, attempt } = trial;
      await sink.emit({
        type: 'trial-stopped',
        at: NEW_YEAR,
        trialId: id,
        attempt,
        epoch,
        reason: 'behind the others',
      });
      witness.ends(trial, 'finished');
      return false;
    }
    case 'is paused':
      await sink.emit({ type: 'trial-paused', at: NEW_YEAR, trialId: id, attempt: trial.attempt });
      return false;
    case 'fails for good':
      await sink.emit(failed(id, false, trial.attempt));
      witness.ends(trial, 'failed');
      return false;
    default:
      return step satisfies never;
  }
}

test('each declared trial is finished exactly once, for any sequence of failures and kills', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.array(life, { maxLength: 4 }), async (size, lives) => {
      const folder = mkdtempSync(join(tmpdir(), 'sweepwright-once-'));
      try {
        const database = join(folder, 'sweeps.duckdb');
        const plan = planOf(size);
        const witness = new Witness();
        for (const each of lives) await live(database, plan, each, witness);
        const toTheEnd = Array.from({ length: 2 * size }, () => ({ slot: 0, step: 'completes' }) as const);
        await live(database, plan, { slots: 1, retryFailed: true, steps: toTheEnd }, witness);

        const store = await openStore(database, { now: () => NEW_YEAR });
        const rows = await ask(store.reader, 'select trial_key, state, position from trials order by position');
        await store.close();
        assert.deepEqual(
          rows.map(({ trial_key: key, position }) => [key, Number(position)]),
          Array.from({ length: size }, (_, position) => [plan.enumeration!.at(position).key, position]),
        );
        assert.ok(rows.every(({ state }) => state === 'completed' || state === 'stopped'));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { seed: 1, numRuns: 25 },
  );
});
