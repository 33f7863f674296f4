import { serializeError } from '../core/errors.js';
import type { ProbeMessage, ProbeReport } from '../core/trainer/probe.js';

// A program: tests TensorFlow on the device that the environment selects, sends the result to its parent process, and exits.

async function tryTensorflow(): Promise<ProbeMessage> {
  try {
    return { type: 'probed', report: await probe() };
  } catch (error) {
    return { type: 'failed', error: serializeError(error, 'TENSORFLOW_UNUSABLE') };
  }
}

async function probe(): Promise<ProbeReport> {
  const { tf } = await import('./graph/native/tensorflow.js');
  const { nativeBackend } = await import('./graph/native/backend.js');
  const { binding, isUsingGpuDevice } = nativeBackend();
  const x = integers(SIZE * SIZE, 3);
  const w = integers(SIZE * SIZE, 5);

  tf.tidy(() => {
    const product = tf.matMul(tf.tensor2d(x, [SIZE, SIZE]), tf.tensor2d(w, [SIZE, SIZE]));
    compare('matrix product', product.dataSync<'float32'>(), multiply(x, w));

    // A convolution, because training uses it most, and it needs cuDNN on a GPU.
    const image = tf.tensor4d(x, [1, SIZE, SIZE, 1]);
    const kernel = tf.tensor4d(w.slice(0, KERNEL * KERNEL), [KERNEL, KERNEL, 1, 1]);
    const gradient = tf.grad((k) => tf.conv2d(image, k as typeof kernel, 1, 'valid').sum())(kernel);
    compare('gradient', gradient.dataSync<'float32'>(), windowSums(x));
  });
  return { tensorflow: binding.TF_Version, usesGpu: isUsingGpuDevice };
}

const SIZE = 16;
const KERNEL = 3;

/** Small whole numbers without a simple pattern. They are exact in every precision that a device can use. */
const integers = (length: number, step: number): number[] =>
  Array.from({ length }, (_, index) => ((index * step * (index + 7)) % 7) - 3);

function multiply(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: SIZE * SIZE }, (_, index) => {
    const [row, column] = [Math.floor(index / SIZE), index % SIZE];
    return range(SIZE).reduce((sum, k) => sum + a[row * SIZE + k]! * b[k * SIZE + column]!, 0);
  });
}

/** The gradient of a convolution's sum in its kernel: for each kernel position, the sum of the pixels under it. */
function windowSums(image: readonly number[]): number[] {
  const positions = range(SIZE - KERNEL + 1);
  return range(KERNEL).flatMap((dy) =>
    range(KERNEL).map((dx) =>
      positions.reduce((sum, y) => positions.reduce((inner, x) => inner + image[(y + dy) * SIZE + x + dx]!, sum), 0),
    ),
  );
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

function compare(what: string, actual: ArrayLike<number>, expected: readonly number[]): void {
  const wrong = expected.findIndex((value, index) => !(Math.abs(actual[index]! - value) < 1e-2));
  if (wrong >= 0) throw new Error(`wrong result of a ${what}: ${actual[wrong]} instead of ${expected[wrong]}`);
}

process.send?.(await tryTensorflow());
process.disconnect();
