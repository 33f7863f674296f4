import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CalibrationError } from '../../../../src/trainer/training/metrics/calibration-error.js';

test('calibration compares confidence with accuracy bin by bin', () => {
  const calibration = new CalibrationError();
  // Three in four right at 0.75; none at 0.5; in one bin overconfidence and doubt even out.
  for (const isHit of [true, true, true, false]) calibration.add(0.75, isHit);
  for (let sample = 0; sample < 4; sample++) calibration.add(0.5, false);
  assert.equal(calibration.value(), (4 * 0 + 4 * 0.5) / 8);
  calibration.add(1, true);
  calibration.add(0, false);
  assert.equal(calibration.value(), 2 / 10);
  assert.ok(Number.isNaN(new CalibrationError().value()));
});
