import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InputWait } from '../../../../src/trainer/data/input/input-wait.js';

/** Shares and warnings after epochs of [elapsed, waited] milliseconds. */
function after(...epochs: readonly (readonly [elapsedMs: number, waitedMs: number])[]) {
  const warnings: string[] = [];
  const wait = new InputWait((message) => warnings.push(message));
  const shares = epochs.map(([elapsedMs, waitedMs], index) => wait.add(index + 1, { elapsedMs, waitedMs }));
  return { shares, warnings };
}

describe('waiting for input', () => {
  it('is reported as a share of all epochs so far', () => {
    assert.deepEqual(after([1000, 0], [1000, 20], [2000, 60]).shares, [0, 0.01, 0.02]);
    assert.deepEqual(after([0, 0]).shares, [0]);
  });

  it('causes one warning with a hint, in the first epoch with more than 5%', () => {
    const { warnings } = after([100_000, 5_000], [100_000, 6_000], [100_000, 50_000]);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /^epoch 2 spent 6 % .* image_size, .* augment or fewer slots/);
  });

  it('causes no warning below a second', () => {
    assert.deepEqual(after([2_000, 900], [2_000, 900]).warnings, []);
  });
});
