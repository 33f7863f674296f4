import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../src/core/errors.js';
import type { FailureKind } from '../../src/core/trial/failure.js';
import { findSweep } from '../../src/store/reading/find-sweep.js';
import type { SweepHandle } from '../../src/store/sweep-handle.js';
import {
  ask,
  completed,
  declare,
  epochOf,
  failed,
  keyOf,
  openTemporary,
  record,
  recordAll,
  started,
  trialOf,
} from './helpers.js';

test('a sweep is new, then the same, then changed; every change of versions or machine is a revision', async (t) => {
  const store = await openTemporary(t);
  const first = await store.openSweep(declare());
  assert.deepEqual([first.change, first.revision, first.before], ['new', 1, undefined]);
  const second = await store.openSweep(declare());
  assert.deepEqual([second.change, second.revision, second.before?.definition], ['same', 1, 'name: flowers\n']);
  const updated = await store.openSweep(declare({ versions: { node: '24.0.0', sweepwright: '0.1.0' } }));
  assert.deepEqual([updated.change, updated.revision], ['same', 2]);
  const changed = await store.openSweep(declare({ definition: 'name: flowers\nseed: 2\n' }));
  assert.deepEqual([changed.change, changed.revision, changed.before?.definition], ['changed', 3, 'name: flowers\n']);
  const overridden = await store.openSweep(declare({ definition: 'name: flowers\nseed: 2\n', overrides: ['seed=3'] }));
  assert.deepEqual([overridden.change, overridden.revision], ['changed', 4]);
  assert.deepEqual(await ask(store.reader, 'select revision, node_version from data.revisions order by revision'), [
    { revision: 1, node_version: '20.20.2' },
    { revision: 2, node_version: '24.0.0' },
    { revision: 3, node_version: '20.20.2' },
    { revision: 4, node_version: '20.20.2' },
  ]);
});

test('a declaration is read back completely', async (t) => {
  const store = await openTemporary(t);
  const declaration = declare({
    description: 'Which flower is it?',
    objective: { metric: 'val_loss', goal: 'minimize', target: 0.1 },
    declared: 2 ** 52,
    overrides: ['seed=1', 'x="y"'],
    seeds: [1, 2 ** 50],
    dataset: '/data/photos',
    datasetFingerprint: 'abc',
    versions: { node: '20.20.2', sweepwright: '0.1.0', tensorflow: '2.21.0' },
    gitCommit: 'f00',
    processors: { cpu: 'Cray-1, avx2 fma', gpus: { 'gpu:0': 'Voodoo 2' } },
    threads: 2,
    slots: 3,
    devices: ['cpu:0', 'gpu:0'],
    trainerFiles: { 'trainer.mjs': 'a1' },
    warnings: ['1 of 40 images was left out'],
  });
  const { change } = await store.openSweep(declaration);
  assert.equal(change, 'new');
  await store.openSweep(declare({ name: 'endless', declared: undefined }));
  await store.close();
  const { revision, definitionHash, ...stored } = await findSweep(store.path, 'flowers');
  assert.deepEqual(stored, declaration);
  assert.equal(revision, 1);
  assert.match(definitionHash, /^[0-9a-f]{64}$/);
  assert.equal((await findSweep(store.path)).name, 'endless', 'the one that ran last');
  await assert.rejects(
    findSweep(store.path, 'nosuch'),
    (error) => error instanceof InputError && (error.hint ?? '').includes('endless, flowers'),
  );
});

test('known trials include those of other sweeps, but not those that the sweep itself has finished', async (t) => {
  const store = await openTemporary(t);
  const flowers = await store.openSweep(declare());
  const recorder = flowers.recorder();
  await record(recorder, trialOf(flowers.nextTrialId()), [0.5]);
  await recorder.emit(started(trialOf(flowers.nextTrialId())));
  for (const epoch of [1, 2, 3]) await recorder.emit(epochOf(2, epoch, { val_accuracy: 0.1 }));
  await recorder.emit(failed(2, true));
  await recorder.emit(started(trialOf(2), 2));
  await recorder.emit(epochOf(2, 2, { val_accuracy: 0.1 }, 2));
  await recorder.emit(failed(2, false, 2));
  const birds = await store.openSweep(declare({ name: 'birds' }));
  await record(birds.recorder(), trialOf(birds.nextTrialId()), [0.7]);
  const known = await flowers.known();
  assert.equal(known.size, 2);
  assert.equal(known.get(keyOf(1)), undefined);
  assert.deepEqual(await flowers.finished(), [{ from: 0, to: 1 }]);
  const statuses = await flowers.statuses([keyOf(1), keyOf(2), keyOf(9)]);
  assert.deepEqual(
    [...statuses].sort(),
    [
      [keyOf(1), 'completed'],
      [keyOf(2), 'failed'],
    ].sort(),
  );
  assert.equal((await flowers.statuses([])).size, 0);
  assert.deepEqual(known.get(keyOf(2)), {
    id: 2,
    status: 'failed',
    attempt: 2,
    failures: 0,
    recordedEpochs: 2,
    member: true,
  });
  assert.deepEqual(known.get(keyOf(3)), {
    id: 3,
    status: 'completed',
    attempt: 1,
    failures: 0,
    recordedEpochs: 0,
    member: false,
  });
  assert.equal(known.get(keyOf(4)), undefined);
});

test('the failures of a trial are counted by kind, since it last failed for good', async (t) => {
  const store = await openTemporary(t);
  const flowers = await store.openSweep(declare());
  const recorder = flowers.recorder();
  const fails = async (attempt: number, kind: FailureKind, willRetry: boolean): Promise<number | undefined> => {
    await recorder.emit(started(trialOf(1), attempt));
    await recorder.emit(failed(1, willRetry, attempt, kind));
    return (await flowers.known({ counted: ['hung', 'crashed'] })).get(keyOf(1))?.failures;
  };
  assert.equal(flowers.nextTrialId(), 1);
  assert.equal(await fails(1, 'oom', true), 0);
  assert.equal(await fails(2, 'hung', true), 1);
  assert.equal(await fails(3, 'disk', true), 1);
  assert.equal(await fails(4, 'crashed', false), 0, 'running it again after its final failure gives it all attempts');
  assert.equal(await fails(5, 'crashed', true), 1);
});

test('a trial of another sweep can be admitted, and is ranked here by its recorded epochs', async (t) => {
  const store = await openTemporary(t);
  const flowers = await store.openSweep(declare());
  const recorder = flowers.recorder();
  await recorder.emit(started(trialOf(flowers.nextTrialId(), { x: 1 })));
  for (const [index, loss] of [0.3, 0.1, 0.1, NaN].entries()) {
    await recorder.emit(epochOf(1, index + 1, { val_accuracy: index / 10, val_loss: loss }));
  }
  await recorder.emit(completed(1));
  await record(recorder, trialOf(flowers.nextTrialId()), [0.9]);
  const losses = await store.openSweep(
    declare({ name: 'losses', objective: { metric: 'val_loss', goal: 'minimize' } }),
  );
  const strangers: number[] = [];
  for await (const { id } of losses.strangers()) strangers.push(id);
  assert.deepEqual(strangers.toSorted(), [1, 2]);
  const admissions = [
    { id: 1, position: 4 },
    { id: 2, position: 5 },
  ];
  await losses.admit(admissions);
  await losses.admit(admissions);
  assert.deepEqual(
    await ask(
      store.reader,
      "select trial, rank, objective, best_epoch from leaderboard where sweep = 'losses' order by trial",
    ),
    [
      { trial: 1, rank: 1, objective: 0.1, best_epoch: 2 },
      { trial: 2, rank: null, objective: null, best_epoch: null },
    ],
  );
  assert.deepEqual(
    await ask(store.reader, "select trial, position from trials where sweep = 'losses' order by trial"),
    [
      { trial: 1, position: '4' },
      { trial: 2, position: '5' },
    ],
  );
  assert.deepEqual(await losses.standing(), { finished: 2, failed: 0, best: { trialId: 1, value: 0.1 } });
});

test('a trial that one sweep began and another finished counts for both', async (t) => {
  const store = await openTemporary(t);
  const flowers = await store.openSweep(declare());
  const before = flowers.recorder();
  await before.emit(started(trialOf(flowers.nextTrialId(), { x: 1 })));
  await before.emit(epochOf(1, 1, { val_accuracy: 0.2, val_loss: 3 }));
  await before.emit({ type: 'trial-paused', at: 0, trialId: 1, attempt: 1 });
  const losses = await store.openSweep(
    declare({ name: 'losses', objective: { metric: 'val_loss', goal: 'minimize' } }),
  );
  const recorder = losses.recorder();
  await recorder.emit(started(trialOf(1, { x: 1 }), 2));
  await recorder.emit(epochOf(1, 2, { val_accuracy: 0.4, val_loss: 4 }, 2));
  await recorder.emit(completed(1, 2));
  assert.deepEqual(
    await ask(store.reader, 'select sweep, rank, objective, best_epoch from leaderboard order by sweep'),
    [
      { sweep: 'flowers', rank: 1, objective: 0.4, best_epoch: 2 },
      { sweep: 'losses', rank: 1, objective: 3, best_epoch: 1 },
    ],
  );
});

test('trials that a changed definition no longer declares keep their rows, leave the leaderboard, and can return', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  await recordAll(handle, [[0.1], [0.2], [0.3]]);
  const declaredNow = (...ids: number[]): ((member: { id: number }) => number | undefined) => {
    return ({ id }) => (ids.includes(id) ? ids.indexOf(id) : undefined);
  };
  assert.deepEqual(await handle.reconcile(declaredNow(3, 1)), { kept: 2, dropped: 1, returned: 0 });
  const board = 'select trial, rank from leaderboard order by trial';
  assert.deepEqual(await ask(store.reader, board), [
    { trial: 1, rank: 2 },
    { trial: 3, rank: 1 },
  ]);
  assert.deepEqual(await ask(store.reader, 'select trial, current, position from trials order by trial'), [
    { trial: 1, current: true, position: '1' },
    { trial: 2, current: false, position: '1' },
    { trial: 3, current: true, position: '0' },
  ]);
  assert.deepEqual((await handle.known()).get(keyOf(2)), {
    id: 2,
    status: 'completed',
    attempt: 1,
    failures: 0,
    recordedEpochs: 0,
    member: false,
  });
  assert.deepEqual(await handle.standing(), { finished: 2, failed: 0, best: { trialId: 3, value: 0.3 } });
  assert.deepEqual(await handle.reconcile(declaredNow(1, 2, 3)), { kept: 2, dropped: 0, returned: 1 });
  assert.equal((await ask(store.reader, board)).length, 3);
  const seen: unknown[] = [];
  await handle.reconcile((member) => void seen.push(member));
  assert.deepEqual(seen[0], {
    ...{ id: 1, key: keyOf(1), seed: 1, params: { x: 1 } },
    ...{ position: 0, current: true, confirms: false },
  });
});

test('a sweep with a new objective ranks its old trials by it, too', async (t) => {
  const store = await openTemporary(t);
  const recorder = (await store.openSweep(declare())).recorder();
  for (let id = 1; id <= 3; id++) {
    await recorder.emit(started(trialOf(id, { x: id })));
    await recorder.emit(epochOf(id, 1, { val_accuracy: id / 10, val_loss: id }));
    await recorder.emit(epochOf(id, 2, { val_accuracy: 0, val_loss: id / 2 }));
    await recorder.emit(id === 3 ? failed(id, false) : completed(id));
  }
  const ranked = async (): Promise<unknown[]> => {
    const rows = await ask(store.reader, 'select trial, rank, objective, best_epoch from leaderboard order by trial');
    return rows.map((row) => Object.values(row));
  };
  assert.deepEqual(await ranked(), [
    [1, 2, 0.1, 1],
    [2, 1, 0.2, 1],
    [3, null, 0.3, 1],
  ]);
  await store.openSweep(declare({ objective: { metric: 'val_loss', goal: 'minimize' } }));
  assert.deepEqual(await ranked(), [
    [1, 1, 0.5, 2],
    [2, 2, 1, 2],
    [3, null, 1.5, 2],
  ]);
});

test('finished trials at consecutive positions are one range', async (t) => {
  const store = await openTemporary(t);
  const handle = await store.openSweep(declare());
  assert.deepEqual(await handle.finished(), []);
  await recordAll(handle, [[0.1], [0.2], [0.3], [0.4], [0.5]]);
  await handle.recorder().emit(started(trialOf(handle.nextTrialId())));
  assert.deepEqual(await handle.finished(), [{ from: 0, to: 5 }]);
  const places = new Map([
    [1, 7],
    [2, 2],
    [3, 1],
    [5, 8],
  ]);
  await handle.reconcile(({ id }) => places.get(id));
  assert.deepEqual(await handle.finished(), [
    { from: 1, to: 3 },
    { from: 7, to: 9 },
  ]);
});

test('positions are checked once, until the definition or the trials change', async (t) => {
  const store = await openTemporary(t);
  const flowers = await store.openSweep(declare());
  await recordAll(flowers, [[0.1], [0.2]]);
  const asked = async (handle: SweepHandle): Promise<{ members: number; strangers: number[] }> => {
    let members = 0;
    const { kept } = await handle.reconcile(({ position }) => {
      members++;
      return position;
    });
    assert.equal(kept, 2);
    const strangers: number[] = [];
    for await (const { id } of handle.strangers()) strangers.push(id);
    return { members, strangers };
  };
  assert.deepEqual(await asked(await store.openSweep(declare())), { members: 2, strangers: [] }, 'never noted');
  await flowers.noteSettled();
  const birds = await store.openSweep(declare({ name: 'birds' }));
  const [stranger] = await recordAll(birds, [[0.3]]);
  const again = await store.openSweep(declare());
  assert.deepEqual(await asked(again), { members: 0, strangers: [stranger] }, 'only later trials');
  await again.noteSettled();
  assert.deepEqual(await asked(await store.openSweep(declare())), { members: 0, strangers: [] });
  const changed = await store.openSweep(declare({ definition: 'name: flowers\nseed: 2\n' }));
  assert.deepEqual(await asked(changed), { members: 2, strangers: [stranger] }, 'another definition');
});
