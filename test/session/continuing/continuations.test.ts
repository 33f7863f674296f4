import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TrainerDescription } from '../../../src/core/trainer/trainer-description.js';
import { ContinuationSearch, type Continuations } from '../../../src/session/continuing/continuations.js';
import type { PlannedSweep } from '../../../src/session/planning/planned-sweep.js';
import type { SavedTrial } from '../../../src/store/reading/trials/saved-trials.js';
import { parseSweep } from '../../../src/sweep/parse.js';
import { planTrials } from '../../../src/search/plan.js';
import { imageClassifier } from '../../../src/trainer/manifest.js';
import { imageClassifierDescription } from '../../../src/trainer/planning/image-classifier-description.js';

/** Nothing is known of its epochs. */
const MODULE_TRAINER = Object.fromEntries(
  Object.entries(imageClassifierDescription).filter(([name]) => name !== 'dependsOnEpochs'),
) as unknown as TrainerDescription;

const IDENTITY = { fingerprint: 'photos', trainerVersion: 'image-classifier@1', defaults: { epochs: 10 } };

function sweepOf(settings: string, fingerprint = IDENTITY.fingerprint): PlannedSweep {
  const text = `name: birds\nmethod: grid\ndataset: ./photos\nparameters: { gamma: { values: [0, 2] } }\n${settings}\n`;
  const definition = parseSweep({ file: 'birds.yaml', text }, { manifest: imageClassifier });
  const identity = { ...IDENTITY, fingerprint };
  return {
    definition,
    identity,
    plan: planTrials(definition, identity),
    trainer: definition.trainer.kind === 'builtin' ? imageClassifierDescription : MODULE_TRAINER,
    dataset: { name: './photos', fingerprint },
    files: {},
    fileNotes: [],
    warnings: [],
  };
}

/** The trials of a sweep as they are when they have ended. */
function ended(sweep: PlannedSweep, more: Partial<SavedTrial> = {}): SavedTrial[] {
  return [...sweep.plan.enumeration!.trials()].map(({ key, seed, params, position }) => {
    const epoch = Number(params['epochs'] ?? 10);
    return {
      ...{ id: position + 1, key, seed, params, position, isFinished: true, device: 'cpu:0', threads: 2 },
      saved: { epoch, file: `epoch-${epoch}` },
      ...more,
    };
  });
}

function search(sweep: PlannedSweep, saved: readonly SavedTrial[], known: readonly string[] = []): Continuations {
  const found = new ContinuationSearch(sweep, { isKnown: ({ key }) => known.includes(key), threads: 2 });
  for (const trial of saved) found.add(trial);
  return found.result();
}

const sourcesOf = ({ found }: Continuations): number[][] =>
  found.map(({ trial, source, epochs }) => [trial.position, source, epochs]);

describe('a trial goes on', () => {
  it('from one of the same parameters and fewer epochs, the default number among them', () => {
    assert.deepEqual(sourcesOf(search(sweepOf('epochs: 5'), ended(sweepOf('epochs: 3')))), [
      [0, 1, 3],
      [1, 2, 3],
    ]);
    assert.deepEqual(sourcesOf(search(sweepOf('epochs: 12'), ended(sweepOf('')))), [
      [0, 1, 10],
      [1, 2, 10],
    ]);
    assert.deepEqual(sourcesOf(search(sweepOf(''), ended(sweepOf('epochs: 3')))).length, 2);
  });

  it('from the one that got furthest, and from where it was saved', () => {
    const sources = [...ended(sweepOf('epochs: 4'), { id: 7 }), ...ended(sweepOf('epochs: 3'), { id: 8 })];
    assert.deepEqual(sourcesOf(search(sweepOf('epochs: 5'), sources))[0], [0, 7, 4]);
    const early = ended(sweepOf('epochs: 4'), { id: 9, saved: { epoch: 2, file: 'epoch-2' } });
    assert.deepEqual(sourcesOf(search(sweepOf('epochs: 5'), [...sources.slice(2), ...early]))[0], [0, 8, 3]);
  });

  it('from no longer one, none of other data, other parameters or another seed, and not if it was begun itself', () => {
    const sweep = sweepOf('epochs: 5');
    const others = [
      ...[sweepOf('epochs: 5'), sweepOf('epochs: 6'), sweepOf('epochs: 3', 'other photos')],
      ...[sweepOf('epochs: 3\nlearning_rate: 1e-3'), sweepOf('epochs: 3\nseed: 2')],
    ];
    for (const other of others) {
      assert.deepEqual(search(sweep, ended(other)), { found: [], refused: new Map() });
    }
    const known = [sweep.plan.enumeration!.at(0).key];
    assert.deepEqual(sourcesOf(search(sweep, ended(sweepOf('epochs: 3')), known)), [[1, 2, 3]]);
  });

  it('only where nothing in an epoch depends on how many there are, and says so where something does', () => {
    const cases: readonly (readonly [string, RegExp | undefined])[] = [
      ['schedule: constant', undefined],
      ['schedule: cosine_restarts', undefined],
      ['schedule: exponential', undefined],
      ['schedule: plateau', undefined],
      ['schedule: step\ndecay_epochs: 2', undefined],
      ['schedule: constant\nwarmup_epochs: 1', undefined],
      ['schedule: step', /decays after a third of all epochs/],
      ['schedule: cosine', /schedule: cosine depend on the number of epochs/],
      ['schedule: one_cycle', /schedule: one_cycle depend on the number of epochs/],
    ];
    for (const [settings, reason] of cases) {
      const { found, refused } = search(sweepOf(`epochs: 5\n${settings}`), ended(sweepOf(`epochs: 3\n${settings}`)));
      assert.equal(found.length, reason ? 0 : 2, settings);
      assert.deepEqual([...refused.values()], reason ? [2] : [], settings);
      if (reason) assert.match([...refused.keys()][0]!, reason);
    }
  });

  it('not without a checkpoint, nor where sums would be added up in another order', () => {
    const refusal = (more: Partial<SavedTrial>): string[] => [
      ...search(sweepOf('epochs: 5'), ended(sweepOf('epochs: 3'), more)).refused.keys(),
    ];
    assert.deepEqual(refusal({ saved: undefined }), ['no checkpoint of the shorter trial is kept']);
    assert.deepEqual(refusal({ threads: 1 }), ['the shorter trial ran with 1 thread of TensorFlow, not 2']);
  });

  it('from another of its own sweep where that declares several numbers of epochs', () => {
    const text = 'name: x\nmethod: grid\ndataset: ./photos\nparameters: { epochs: { values: [4, 2, 8] } }\n';
    const definition = parseSweep({ file: 'x.yaml', text }, { manifest: imageClassifier });
    const sweep = { ...sweepOf(''), definition, plan: planTrials(definition, IDENTITY) };
    assert.deepEqual(sourcesOf(search(sweep, ended(sweep))), [
      [0, 2, 2],
      [2, 1, 4],
    ]);
  });
});
