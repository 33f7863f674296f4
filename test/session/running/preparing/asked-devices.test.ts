import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedDevices } from '../../../../src/session/running/preparing/asked-devices.js';

const NO_GPU = { PATH: '' };
const definition = { devices: 'auto', text: 'method: grid' } as const;
const CPU = { kind: 'cpu', index: 0 } as const;

test('devices of the last session are used again until the sweep file changes', async () => {
  const recorded = { devices: ['cpu:0', 'cpu:0'], definition: definition.text };
  const asked = await askedDevices({ flag: undefined, definition, recorded, environment: NO_GPU });
  assert.deepEqual(asked, {
    devices: [CPU, CPU],
    flag: ['cpu:0', 'cpu:0'],
    notes: ['--devices cpu:0,cpu:0, as in the last session (--devices auto goes back to the sweep file)'],
  });
  const changed = { ...definition, text: 'method: random' };
  const fresh = await askedDevices({ flag: undefined, definition: changed, recorded, environment: NO_GPU });
  assert.deepEqual(fresh, { devices: [CPU], flag: undefined, notes: [] });
});

test('a flag counts more than the last session', async () => {
  const recorded = { devices: ['cpu:0', 'cpu:0'], definition: definition.text };
  const asked = await askedDevices({ flag: ['cpu:0'], definition, recorded, environment: NO_GPU });
  assert.deepEqual(asked, { devices: [CPU], flag: ['cpu:0'], notes: [] });
});

test('a machine without the devices of the last session uses those of the file, and says so', async () => {
  const recorded = { devices: ['gpu:1'], definition: definition.text };
  const { devices, notes } = await askedDevices({ flag: undefined, definition, recorded, environment: NO_GPU });
  assert.deepEqual(devices, [CPU]);
  assert.match(notes.join(), /^--devices gpu:1 of the last session is not possible here: there is no device "gpu:1"/);
});
