import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Device } from '../../../src/executor/hosts/devices.js';
import { slotChoices, slotsForThreads } from '../../../src/executor/tuning/slot-choices.js';

const cpu: Device = { kind: 'cpu', index: 0 };
const gpu: Device = { kind: 'gpu', index: 0 };

const choices = (devices: readonly Device[], cores: number): string[] =>
  slotChoices(devices, cores).map(({ slots, threads }) => `${slots}x${threads}`);

test('on a CPU, slots times threads are its cores, in few choices', () => {
  const cases: readonly [number, string[]][] = [
    [1, ['1x1']],
    [2, ['1x2', '2x1']],
    [6, ['1x6', '2x3', '3x2', '6x1']],
    [7, ['1x7', '7x1']],
    [16, ['1x16', '2x8', '4x4', '8x2', '16x1']],
    [96, ['1x96', '2x48', '3x32', '6x16', '12x8', '24x4', '48x2', '96x1']],
  ];
  for (const [cores, expected] of cases) assert.deepEqual(choices([cpu], cores), expected, `${cores} cores`);
});

test('hosts that share a CPU share its cores', () => {
  assert.deepEqual(choices([cpu, cpu], 8), ['1x4', '2x2', '4x1']);
  assert.deepEqual(choices([cpu, cpu], 1), ['1x1']);
});

test('a GPU trains one to four trials at a time', () => {
  assert.deepEqual(choices([gpu], 16), ['1x16', '2x8', '3x5', '4x4']);
});

test('a fixed number of threads gives as many slots as fit on the cores, at least one', () => {
  assert.equal(slotsForThreads([cpu], 4, 16), 4);
  assert.equal(slotsForThreads([cpu], 3, 16), 5);
  assert.equal(slotsForThreads([cpu], 8, 2), 1);
  assert.equal(slotsForThreads([gpu, gpu], 2, 16), 4);
});
