import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom, shuffledIndices } from '../../../src/core/random.js';
import type { EarlyTermination } from '../../../src/core/trial/early-termination.js';
import type { EpochObservation, Observation } from '../../../src/core/trial/observation.js';
import type { Verdict } from '../../../src/core/trial/stopping.js';
import { Curves } from '../../../src/search/stopping/curves.js';
import { makeRule } from '../../../src/search/stopping/make-rule.js';
import { replay } from '../../../src/search/stopping/replay.js';
import { curveIn, curvesOf, options, rowOf } from './rows.js';

/** What every stopping rule must do, as tests. */
export function describeRule(definition: EarlyTermination): void {
  const strata = { within: 'within' in definition ? definition.within : [] };

  /** The verdict of a process that has loaded these rows and nothing else. */
  const freshVerdict = (rows: readonly Observation[], id: number, isClosed: boolean): Verdict => {
    const curves = curvesOf(rows, strata);
    curves.isClosed = isClosed;
    return makeRule(definition).judge(curveIn(curves, id), curves);
  };

  describe(`the stopping rule ${JSON.stringify(definition)}`, () => {
    test('gives the same verdicts from events as a process that loads the rows after each of them', () => {
      for (const seed of [1, 2]) {
        const rule = makeRule(definition);
        const rows = new Map<number, Observation>();
        const curves = new Curves(options(strata));
        for (const { row, isLast } of eventsOf(seed, 12)) {
          rows.set(row.id, row);
          curves.update(row);
          curves.isClosed = isLast;
          if (row.status !== 'running' || row.epochs.length === 0) continue;
          assert.deepEqual(
            rule.judge(curveIn(curves, row.id), curves),
            freshVerdict([...rows.values()], row.id, isLast),
          );
        }
      }
    });

    test('trains every epoch once, one trial or 64, 1 to 64 at a time, with failures and values that are not numbers', () => {
      for (const [count, slots] of [
        [1, 1],
        [64, 1],
        [64, 4],
        [64, 64],
      ] as const) {
        const rows = sweepOf(3, count);
        const { trained, epochs, trials, found, best } = replay(makeRule(definition), rows, {
          ...options(strata),
          slots,
        });
        assert.ok(trained > 0 && trained <= epochs && trials === count);
        assert.ok(found !== undefined && best !== undefined && found >= best);
      }
    });

    test('never stops the only trial, unless the rule looks at no other', () => {
      if (definition.type === 'patience' || definition.type === 'threshold') return;
      const rows = [rowOf(1, [5, 4, 3, 2, 1, 0.9, 0.8, 0.7, 0.6, 0.5], { status: 'completed', params: { fold: 0 } })];
      const alone = replay(makeRule(definition), rows, { ...options(strata), slots: 1 });
      if (definition.type === 'asha' && definition.variant === 'promoting') assert.equal(alone.trained, 1);
      else assert.equal(alone.trained, 10);
    });

    test('survives trials without any finite value', () => {
      const rows = Array.from({ length: 9 }, (_, index) =>
        rowOf(index + 1, [undefined, undefined, undefined], { params: { fold: index } }),
      );
      for (const { id } of rows) assert.ok(freshVerdict(rows, id, true).decision);
    });

    test('does not depend on the sign: maximizing the negative objective gives the same decisions', () => {
      if (definition.type === 'threshold') return;
      const decisions = (goal: 'minimize' | 'maximize'): string[] => {
        const sign = goal === 'minimize' ? 1 : -1;
        const rows = sweepOf(5, 20).map((row, index) => ({ ...negated(row, sign), ...cut(row, index, sign) }));
        const curves = curvesOf(rows, { ...strata, goal });
        return rows.map(({ id }) => makeRule(definition).judge(curveIn(curves, id), curves).decision);
      };
      assert.deepEqual(decisions('maximize'), decisions('minimize'));
    });
  });
}

const negated = (row: Observation, sign: number): Observation => ({
  ...row,
  epochs: row.epochs.map((epoch) => ({
    ...epoch,
    objective: epoch.objective === undefined ? undefined : sign * epoch.objective,
  })),
});

/** Every other trial is under way. */
const cut = (row: Observation, index: number, sign: number): Partial<Observation> =>
  index % 2 === 0 ? {} : { status: 'running', epochs: negated(row, sign).epochs.slice(0, 1 + (index % 7)) };

/** Trials with curves that fall, some fail, some have values that are not numbers. */
function sweepOf(seed: number, count: number): Observation[] {
  const random = seededRandom(seed, 'curves');
  return Array.from({ length: count }, (_, index) => {
    const [floor, speed] = [random(), 0.2 + random()];
    const fails = index % 9 === 5;
    const length = fails ? 1 + (index % 5) : 10;
    const values = Array.from({ length }, (_, epoch) =>
      index > 0 && random() < 0.05 ? undefined : floor + Math.exp(-speed * epoch) + 0.02 * random(),
    );
    const params = { backbone: index % 2 === 0 ? 'b0' : 'b3', fold: index % 4, point: Math.floor(index / 4) };
    return rowOf(index + 1, values, { status: fails ? 'failed' : 'completed', params });
  });
}

/** The rows of trials that run at the same time, epoch by epoch in random order. */
function* eventsOf(seed: number, count: number): Generator<{ readonly row: Observation; readonly isLast: boolean }> {
  const rows = sweepOf(seed, count);
  const steps = rows.flatMap((row) => row.epochs.map(() => row));
  const done = new Map<number, EpochObservation[]>();
  for (const step of shuffledIndices(steps.length, seededRandom(seed, 'order'))) {
    const row = steps[step]!;
    const epochs = done.get(row.id) ?? [];
    done.set(row.id, epochs);
    epochs.push(row.epochs[epochs.length]!);
    const isLast = done.size === count;
    yield { row: { ...row, status: 'running', epochs: [...epochs] }, isLast };
    if (epochs.length === row.epochs.length) yield { row, isLast };
  }
}
