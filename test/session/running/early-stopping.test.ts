import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SweepEvent } from '../../../src/core/trial/events.js';
import type { EarlyTermination } from '../../../src/core/trial/early-termination.js';
import type { Observation } from '../../../src/core/trial/observation.js';
import type { Assignment } from '../../../src/executor/executor.js';
import { makeRule } from '../../../src/search/stopping/make-rule.js';
import { EarlyStopping } from '../../../src/session/running/stopping/early-stopping.js';
import { TargetWatch } from '../../../src/session/running/stopping/target-watch.js';
import { UnderWay } from '../../../src/session/running/under-way.js';
import { SweepHistory } from '../../../src/session/running/sweep-history.js';
import { completed, epochOf, started, trialOf } from '../../store/helpers.js';

const MINIMIZE = { metric: 'loss', goal: 'minimize' } as const;
const TOP: EarlyTermination = { type: 'top', share: 0.5, keep: 1, maxIter: 4, within: [] };

describe('a rule that pauses trials', () => {
  test('gets all trials to its rung, lets the best go on, and stops the rest at the end', async () => {
    const run = await runOf(TOP, 3);
    assert.deepEqual(await run.train(3), ['1: pause', '2: pause', '3: stop', '2: 4 epochs', '1: stop']);
  });

  test('decides after a restart as it would have without', async () => {
    const before = await runOf(TOP, 3);
    await before.train(2);
    const after = await runOf(TOP, 3, before.history);
    // Trial 2 is handed out by the database, too, and still waits. Trial 1 has been beaten meanwhile.
    assert.deepEqual(await after.train(3), ['1: stop', '3: stop', '2: 4 epochs']);
  });

  test('leaves trials paused where more are to come in a later session', async () => {
    const run = await runOf(TOP, 9);
    assert.deepEqual(await run.train(2), ['1: pause', '2: pause']);
  });

  test('waits for a running trial that may still be better', async () => {
    const { stopping, emit, history } = await runOf(TOP, 2);
    const handedOut = stopping.assignments(assignments(2));
    await begin(await handedOut.next(), emit);
    await begin(await handedOut.next(), emit);
    await reach(1, [9, 1], emit);
    assert.equal((await stopping.decide(1, 2)).decision, 'pause');
    await emit({ type: 'trial-paused', at: 0, trialId: 1, attempt: 1, reason: 'x', waits: true });
    const next = handedOut.next();
    await reach(2, [9, 5], emit);
    assert.equal((await stopping.decide(2, 2)).decision, 'stop');
    await emit({ type: 'trial-stopped', at: 0, trialId: 2, attempt: 1, epoch: 2, reason: 'x' });
    assert.equal((await next).value?.trial.id, 1);
    assert.equal(history.get(1)?.status, 'paused');
  });
});

describe('a target', () => {
  const target = { ...MINIMIZE, target: 0.5 };
  const watch = (recorded: readonly Observation[] = []): { readonly lines: string[]; readonly watch: TargetWatch } => {
    const lines: string[] = [];
    return { lines, watch: new TargetWatch(target, recorded, (line) => lines.push(line)) };
  };

  test('ends the sweep once a trial has reached it; what has begun goes on', async () => {
    const { lines, watch: one } = watch();
    const begun = await collect(assignments(1, 7));
    const source = one.assignments(assignments(5), begun);
    assert.equal((await source.next()).value?.trial.id, 1);
    await one.emit(epochOf(1, 1, { loss: 0.6 }));
    assert.equal((await source.next()).value?.trial.id, 2);
    await one.emit(epochOf(1, 2, { loss: 0.5 }));
    assert.equal((await source.next()).value?.trial.id, 7);
    assert.equal((await source.next()).done, true);
    assert.deepEqual(lines, ['target reached: loss 0.5000 in epoch 2 of trial 1 (target 0.5000). No new trial begins']);
  });

  test('that an earlier session reached begins nothing either', async () => {
    const { watch: one } = watch([observation(3, [0.7, 0.4])]);
    assert.deepEqual(await collect(one.assignments(assignments(5), [])), []);
    const { watch: other } = watch([observation(3, [0.7, 0.6])]);
    assert.equal((await collect(other.assignments(assignments(5), []))).length, 5);
  });
});

interface Run {
  readonly stopping: EarlyStopping;
  readonly history: SweepHistory;
  readonly emit: (event: SweepEvent) => Promise<void>;
  /** Trains `count` trials of the source in one slot, and says what became of each. */
  readonly train: (count: number) => Promise<string[]>;
}

/** Trial 2 is the best, trial 3 the worst: each has one loss in all of its four epochs. */
const LOSSES = [2, 1, 3];

async function runOf(definition: EarlyTermination, declared: number, earlier?: SweepHistory): Promise<Run> {
  const history = await SweepHistory.load(MINIMIZE, observationsOf(earlier));
  const underWay = new UnderWay();
  const stopping = new EarlyStopping({
    rule: makeRule(definition),
    curves: { goal: 'minimize', within: [], defaults: {}, maxIter: 4 },
    history,
    underWay,
    isClosed: (begun) => begun >= declared,
  });
  const emit = async (event: SweepEvent): Promise<void> => {
    await history.emit(event);
    await underWay.emit(event);
    await stopping.emit(event);
  };

  async function train(count: number): Promise<string[]> {
    const ends: string[] = [];
    for await (const { trial, attempts, recordedEpochs } of stopping.assignments(assignments(count, 1, history))) {
      const { id } = trial;
      const attempt = attempts + 1;
      await emit(started(trialOf(id), attempt));
      let epoch = recordedEpochs;
      let verdict = epoch > 0 ? await stopping.decide(id, epoch) : undefined;
      while (epoch < 4 && (verdict === undefined || verdict.decision === 'continue')) {
        await emit(epochOf(id, ++epoch, { loss: LOSSES[id - 1]! }, attempt));
        verdict = await stopping.decide(id, epoch);
      }
      const of = { at: 0, trialId: id, attempt };
      if (verdict?.decision === 'stop') await emit({ ...of, type: 'trial-stopped', epoch, reason: verdict.reason });
      else if (verdict?.decision === 'pause')
        await emit({ ...of, type: 'trial-paused', reason: verdict.reason, waits: true });
      else await emit(completed(id, attempt));
      ends.push(`${id}: ${verdict?.decision === 'continue' ? `${epoch} epochs` : (verdict?.decision ?? '-')}`);
    }
    return ends;
  }
  return { stopping, history, emit, train };
}

async function* observationsOf(history: SweepHistory | undefined): AsyncGenerator<Observation, void, undefined> {
  for (const trial of history?.observations() ?? []) yield await Promise.resolve(structuredClone(trial));
}

/** As the database hands them out: unfinished trials with their epochs. */
async function* assignments(
  count: number,
  first = 1,
  history?: SweepHistory,
): AsyncGenerator<Assignment, void, undefined> {
  for (let id = first; id < first + count; id++) {
    const known = history?.get(id);
    if (known?.status === 'completed' || known?.status === 'stopped') continue;
    yield await Promise.resolve({
      ...{ trial: trialOf(id), attempts: known?.attempt ?? 0, failures: 0, recordedEpochs: known?.epochs.length ?? 0 },
    });
  }
}

async function collect(source: AsyncGenerator<Assignment, void, undefined>): Promise<Assignment[]> {
  const all: Assignment[] = [];
  for await (const one of source) all.push(one);
  return all;
}

async function begin(next: IteratorResult<Assignment, void>, emit: Run['emit']): Promise<void> {
  assert.ok(next.value);
  await emit(started(trialOf(next.value.trial.id), 1));
}

async function reach(id: number, losses: readonly number[], emit: Run['emit']): Promise<void> {
  for (const [index, loss] of losses.entries()) await emit(epochOf(id, index + 1, { loss }));
}

const observation = (id: number, losses: readonly number[]): Observation => ({
  ...{ id, key: String(id), position: id, params: {}, seed: 0, status: 'completed', attempt: 1, failure: undefined },
  epochs: losses.map((objective, index) => ({ epoch: index + 1, objective, seconds: 1 })),
});
