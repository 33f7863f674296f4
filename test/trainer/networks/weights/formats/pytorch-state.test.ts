import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomInt, seededRandom } from '../../../../../src/core/random.js';
import { InputError } from '../../../../../src/core/errors.js';
import { readPytorchState } from '../../../../../src/trainer/networks/weights/formats/pytorch-state.js';

const latin = (text: string) => Buffer.from(text, 'latin1');
const pickle = (...parts: readonly Buffer[]) => Buffer.concat([latin('\x80\x02'), ...parts, latin('.')]);
const text = (value: string) => Buffer.concat([latin(`X${String.fromCharCode(value.length)}\0\0\0`), latin(value)]);
const MAGIC = pickle(latin('\x8a\x0a'), Buffer.from('6cfc9c46f9206aa85019', 'hex'));
const EMPTY = latin('ccollections\nOrderedDict\n)R');

/**
 * A state dictionary with one tensor, as PyTorch before 1.6 saved it: six values, shape [2, 3], strides [1, 2] from the
 * first.
 */
function stateFile({ rebuild = 'torch._utils\n_rebuild_tensor_v2', offset = 0 } = {}): Buffer {
  const storage = Buffer.concat([
    latin('('),
    text('storage'),
    latin('ctorch\nFloatStorage\n'),
    text('7'),
    text('cpu'),
    latin('K\x06NtQ'),
  ]);
  const tensor = Buffer.concat([
    latin(`c${rebuild}\n(`),
    storage,
    latin(`K${String.fromCharCode(offset)}K\x02K\x03\x86K\x01K\x02\x86\x89`),
    EMPTY,
    latin('tR'),
  ]);
  const count = Buffer.alloc(8);
  count.writeBigInt64LE(6n);
  return Buffer.concat([
    MAGIC,
    pickle(latin('M\xe9\x03')),
    pickle(latin('}')),
    pickle(EMPTY, latin('('), text('conv.weight'), tensor, latin('u')),
    pickle(latin(']'), text('7'), latin('a')),
    count,
    Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer),
  ]);
}

test('tensors of an old PyTorch file are read in row-major order, with any strides', () => {
  const { tensors } = readPytorchState('w.pth', stateFile());
  const tensor = tensors.get('conv.weight')!;
  assert.deepEqual(tensor.shape, [2, 3]);
  assert.deepEqual([...tensor.read()], [0, 2, 4, 1, 3, 5]);
});

test('a PyTorch file that calls another function, or whose tensor is larger than its storage, is refused', () => {
  for (const content of [stateFile({ rebuild: 'os\nsystem' }), stateFile({ offset: 1 }), Buffer.from('x')]) {
    assert.throws(() => readPytorchState('w.pth', content), { code: 'WEIGHTS_DAMAGED' });
  }
});

test('a PyTorch file with random bytes changed or cut off is read or refused', () => {
  const whole = stateFile();
  const random = seededRandom(5, 'damage');
  for (let round = 0; round < 2000; round++) {
    const content = Buffer.from(whole.subarray(0, whole.length - randomInt(random, 20)));
    for (let count = 0; count < 2; count++) content[randomInt(random, content.length)] = randomInt(random, 256);
    try {
      for (const tensor of readPytorchState('w.pth', content).tensors.values()) tensor.read();
    } catch (error) {
      assert.ok(error instanceof InputError, String(error));
    }
  }
});
