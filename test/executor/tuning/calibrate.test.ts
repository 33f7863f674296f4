import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { calibrate, type CalibrateOptions } from '../../../src/executor/tuning/calibrate.js';
import { CalibrationCache } from '../../../src/executor/tuning/calibration-cache.js';
import { CPU, temporaryFolder, trainer } from '../rig.js';

const PLENTY = 2 ** 50;

/** `speeds` by slots: what each of them says it trains at; a slot without one fails. */
async function options(speeds: Readonly<Record<string, number>>): Promise<CalibrateOptions> {
  const folder = await temporaryFolder();
  return {
    choices: Object.keys(speeds).map((slots) => ({ slots: Number(slots), threads: 1 })),
    devices: [CPU],
    trainer: trainer('paced'),
    params: { speeds },
    cacheDir: join(folder, 'cache'),
    folder: join(folder, 'trials'),
    environment: process.env,
    cores: 2,
    verbose: false,
    availableMemory: () => PLENTY,
  };
}

test('every choice is measured with all of its slots at once, and the fastest comes first', async () => {
  const measured = await calibrate(await options({ 1: 100, 2: 70, 3: 30 }));
  assert.deepEqual(measured, [
    { slots: 2, threads: 1, imagesPerSecond: 140 },
    { slots: 1, threads: 1, imagesPerSecond: 100 },
    { slots: 3, threads: 1, imagesPerSecond: 90 },
  ]);
});

test('a choice that fails ends the calibration with the results before it', async () => {
  const measured = await calibrate(await options({ 1: 100, 2: 0, 3: 90 }));
  assert.deepEqual(measured, [{ slots: 1, threads: 1, imagesPerSecond: 100 }]);
});

test('a choice that may need more memory than is free is not tried', async () => {
  // The trainer says that a slot takes 1 MB.
  const measured = await calibrate({
    ...(await options({ 1: 100, 2: 80, 3: 70 })),
    availableMemory: () => 2 * 2 ** 20,
  });
  assert.deepEqual(
    measured.map(({ slots }) => slots),
    [2, 1],
  );
});

test('an error says why not even the first choice can train', async () => {
  await assert.rejects(calibrate(await options({ 1: 0 })), { code: 'CALIBRATION_FAILED', message: /no speed for 1/ });
});

test('results are kept by key, and a damaged file counts as empty', async () => {
  const file = join(await temporaryFolder(), 'calibration.json');
  const measured = [{ slots: 2, threads: 1, imagesPerSecond: 140 }];
  await new CalibrationCache(file).keep('a', measured);
  await new CalibrationCache(file).keep('b', []);
  assert.deepEqual(await new CalibrationCache(file).find('a'), measured);
  assert.equal(await new CalibrationCache(file).find('b'), undefined);
  assert.equal(await new CalibrationCache(file).find('c'), undefined);
  await writeFile(file, '{"a": [{"slots": 0}]');
  assert.equal(await new CalibrationCache(file).find('a'), undefined);
  await new CalibrationCache(file).keep('a', measured);
  assert.deepEqual(await new CalibrationCache(file).find('a'), measured);
});
