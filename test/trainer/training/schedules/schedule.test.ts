import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { plateauReductions } from '../../../../src/trainer/training/schedules/plateau.js';
import {
  learningRateAt,
  SCHEDULES,
  type ScheduleSettings,
} from '../../../../src/trainer/training/schedules/schedule.js';

/** Learning rates of PyTorch's schedulers: test/reference/schedules.py made them. */
const reference = JSON.parse(
  readFileSync(new URL('../../../../../test/reference/schedules.json', import.meta.url), 'utf8'),
) as Record<string, number[]>;

const STEPS_PER_EPOCH = 10;

function settings(changes: Partial<ScheduleSettings>): ScheduleSettings {
  return {
    schedule: 'constant',
    learningRate: 0.1,
    minLearningRate: 0,
    epochs: 20,
    warmupEpochs: 0,
    restartEpochs: 1,
    restartFactor: 2,
    decayRate: 0.9,
    decayEpochs: 1,
    plateauFactor: 0.5,
    plateauPatience: 2,
    ...changes,
  };
}

const rateAt = (changes: Partial<ScheduleSettings>, step: number, validationLosses: readonly number[] = []): number =>
  learningRateAt(settings(changes), { step, stepsPerEpoch: STEPS_PER_EPOCH, validationLosses });

function assertRates(actual: number[], expected: number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [step, rate] of expected.entries()) {
    assert.ok(Math.abs(actual[step]! - rate) < 1e-8, `step ${step}: ${actual[step]} instead of ${rate}`);
  }
}

const REFERENCES: Record<string, Partial<ScheduleSettings>> = {
  cosine: { schedule: 'cosine', minLearningRate: 0.001 },
  warmedCosine: { schedule: 'cosine', minLearningRate: 0.001, warmupEpochs: 2.5 },
  cosineRestarts: { schedule: 'cosine_restarts', minLearningRate: 0.001, restartEpochs: 2 },
  cosineRestartsEven: { schedule: 'cosine_restarts', restartEpochs: 3, restartFactor: 1 },
  oneCycle: { schedule: 'one_cycle' },
  exponential: { schedule: 'exponential' },
  step: { schedule: 'step', decayRate: 0.3, decayEpochs: 3 },
};

describe('a schedule of learning rates', () => {
  for (const [name, changes] of Object.entries(REFERENCES)) {
    it(`has PyTorch's rates, step by step: ${name}`, () => {
      const expected = reference[name]!;
      assert.ok(expected.length >= 199);
      assertRates(
        expected.map((_, step) => rateAt(changes, step)),
        expected,
      );
    });
  }

  it('reduces the rate on a plateau at the same epochs as PyTorch', () => {
    const { losses, plateau } = reference as { losses: number[]; plateau: number[] };
    assert.ok(new Set(plateau).size > 3);
    assertRates(
      losses.map((_, epoch) => rateAt({ schedule: 'plateau' }, epoch * STEPS_PER_EPOCH, losses.slice(0, epoch))),
      plateau,
    );
  });

  it('counts an epoch with a NaN loss as one without improvement', () => {
    assert.equal(plateauReductions([1, NaN, NaN, NaN], 2), 1);
  });

  it('supports restarts between two steps', () => {
    const rates = Array.from({ length: 30 }, (_, step) =>
      rateAt({ schedule: 'cosine_restarts', restartEpochs: 0.45, restartFactor: 1.5 }, step),
    );
    assert.ok(rates.every((rate) => rate > 0 && rate <= 0.1));
    // Periods of 4.5, 6.75 and 10.125 steps.
    const restarts = rates.flatMap((rate, step) => (step > 0 && rate > rates[step - 1]! ? [step] : []));
    assert.deepEqual(restarts, [5, 12, 22]);
  });

  for (const schedule of SCHEDULES) {
    it(`warms up linearly before ${schedule} and then stays above the minimum`, () => {
      const [warmupEpochs, minLearningRate] = [1, 0.02];
      const losses = Array<number>(19).fill(1);
      const at = (step: number) =>
        rateAt({ schedule, warmupEpochs, minLearningRate }, step, losses.slice(0, Math.floor(step / STEPS_PER_EPOCH)));
      const top = at(10);
      for (let step = 0; step < 10; step++) assert.ok(Math.abs(at(step) - (top * (step + 1)) / 11) < 1e-12, `${step}`);
      for (let step = 10; step < 250; step++) assert.ok(at(step) >= minLearningRate && at(step) <= 0.1, `${step}`);
    });
  }

  it('stays finite and positive in a training of one step', () => {
    for (const schedule of SCHEDULES) {
      for (const warmupEpochs of [0, 1, 3]) {
        const rate = learningRateAt(settings({ schedule, warmupEpochs, epochs: 1 }), {
          step: 0,
          stepsPerEpoch: 1,
          validationLosses: [],
        });
        assert.ok(rate > 0 && rate <= 0.1, `${schedule}: ${rate}`);
      }
    }
  });
});
