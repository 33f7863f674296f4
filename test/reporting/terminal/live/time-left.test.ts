import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepProgress } from '../../../../src/reporting/terminal/live/sweep-progress.js';
import { formatTimeLeft, sweepTimeLeft, trialTimeLeft } from '../../../../src/reporting/terminal/live/time-left.js';

const SLOTS = 2;
const TRIALS = 10;
const EPOCHS = 4;
const STEPS = 25;

/** Seconds before the first step of each trial: the first two decode images and compile. */
const before = (trial: number): number => (trial <= SLOTS ? 40 : 2);
/** Seconds of all steps of each trial. */
const training = (trial: number): number => 60 + 6 * ((trial * 7) % 5);

interface Moment {
  readonly at: number;
  readonly apply: (progress: SweepProgress) => void;
}

/** Every event of a sweep on two slots, in order, in seconds. */
function simulate(): Moment[] {
  const moments: Moment[] = [];
  const free = Array.from({ length: SLOTS }, () => 0);
  for (let trialId = 1; trialId <= TRIALS; trialId++) {
    const slot = free.indexOf(Math.min(...free));
    const start = free[slot]!;
    const ids = { trialId, attempt: 1 } as const;
    const add = (at: number, apply: Moment['apply']): void => void moments.push({ at, apply });
    const trial = { id: trialId, key: `k${trialId}`, position: trialId, seed: 0, params: {} };
    const environment = { device: 'cpu:0', slot, node: 'lab', pid: 1, threads: 1 };
    add(start, (p) => p.apply({ ...ids, type: 'trial-started', at: start * 1000, trial, environment }));
    for (let step = 1; step <= EPOCHS * STEPS; step++) {
      const at = start + before(trialId) + (step * training(trialId)) / (EPOCHS * STEPS);
      const place = { epoch: Math.ceil(step / STEPS), epochs: EPOCHS, step: ((step - 1) % STEPS) + 1, steps: STEPS };
      add(at, (p) => p.apply({ ...ids, type: 'trial-progress', at: at * 1000, ...place }));
    }
    const end = start + before(trialId) + training(trialId);
    add(end, (p) => p.apply({ ...ids, type: 'trial-completed', at: end * 1000 }));
    free[slot] = end;
  }
  return moments.sort((a, b) => a.at - b.at);
}

test('time left is silent until a pace is known, then a range around the truth that narrows', () => {
  const moments = simulate();
  const end = moments.at(-1)!.at;
  const objective = { metric: 'val_loss', goal: 'minimize' } as const;
  const outline = { name: 'birds', objective, varying: [], done: 0, failed: 0, startedAt: 0 };
  const progress = new SweepProgress({ ...outline, total: TRIALS, slots: SLOTS });
  const widths: number[] = [];
  let said = 0;
  let right = 0;
  for (let second = 1, next = 0; second < end - 5; second++) {
    for (; next < moments.length && moments[next]!.at <= second; next++) moments[next]!.apply(progress);
    const left = sweepTimeLeft(progress, second * 1000);
    if (second < before(1)) assert.equal(left, undefined, 'while images are decoded and the graph is compiled');
    if (left === undefined) continue;
    said++;
    widths.push(left.high - left.low);
    if (left.low <= end - second && end - second <= left.high) right++;
  }
  assert.ok(said > end - before(1) - 25, `${said} of ${end} seconds: it is said soon after training begins`);
  assert.ok(right / said > 0.9, `${right} of ${said} ranges hold the truth`);
  const [early, middle, late] = [0.05, 0.5, 0.95].map((share) => widths[Math.floor(share * widths.length)]!);
  assert.ok(early! > middle! && middle! > late!, `${early}, ${middle}, ${late} s wide`);
});

test('a trial says its time left after some steps, from its pace without what came before them', () => {
  const objective = { metric: 'val_loss', goal: 'minimize' } as const;
  const outline = { name: 'birds', objective, varying: [], done: 0, failed: 0, startedAt: 0, slots: 1 };
  const progress = new SweepProgress({ ...outline, total: 1 });
  for (const { at, apply } of simulate()) {
    if (at > before(1) + training(1) / 2) break;
    apply(progress);
    if (at < before(1) + 3) assert.equal(trialTimeLeft(progress.running.get(1)!, at * 1000), undefined);
  }
  const left = trialTimeLeft(progress.running.get(1)!, (before(1) + training(1) / 2) * 1000)!;
  const truth = training(1) / 2;
  assert.ok(left.low < truth && truth < left.high && left.high < 1.3 * truth, JSON.stringify([left, truth]));
});

test('a sweep without an end has no time left', () => {
  const objective = { metric: 'val_loss', goal: 'minimize' } as const;
  const outline = { name: 'birds', objective, varying: [], done: 0, failed: 0, startedAt: 0, slots: 2 };
  const progress = new SweepProgress({ ...outline, total: Infinity });
  for (const { apply } of simulate()) apply(progress);
  assert.equal(sweepTimeLeft(progress, 1e6), undefined);
});

test('ranges are rounded to what they allow', () => {
  const texts = [
    [0.1, 0.4],
    [3, 6],
    [31, 48],
    [1, 20],
    [100, 310],
    [290, 310],
    [5000, 9000],
    [100_000, 400_000],
  ].map(([low, high]) => formatTimeLeft({ low: low!, high: high! }));
  assert.deepEqual(texts, ['<1s', '3–6s', '30–50s', '<20s', '2–5m', '~5m', '1–3h', '1–5d']);
});
