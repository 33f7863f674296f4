import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataType } from '../../../../src/trainer/graph/native/binding.js';
import { nativeBackend } from '../../../../src/trainer/graph/native/backend.js';
import { GraphBuilder } from '../../../../src/trainer/graph/building/graph-builder.js';
import { encodeSavedModel, type GraphNode, type Ref } from '../../../../src/trainer/graph/building/graph-def.js';
import { Tracer } from '../../../../src/trainer/graph/tracing/tracer.js';
import { tf, type Tensor } from '../../../../src/trainer/graph/native/tensorflow.js';

/** Records a function of one input of shape [4, 50]. */
function trace(run: (x: Tensor) => Tensor | readonly Tensor[]): { nodes: readonly GraphNode[]; results: Ref[] } {
  const builder = new GraphBuilder();
  const tracer = new Tracer(builder, []);
  const x = tf.ones([4, 50]);
  tracer.bind(x, builder.placeholder({ dtype: DataType.float32, shape: x.shape }));
  const results = tracer.record(() => [run(x)].flat().map((tensor) => tracer.refOf(tensor)));
  return { nodes: builder.nodes, results };
}

const opsOf = (nodes: readonly GraphNode[]): string[] => nodes.map(({ op }) => op);
const irregular = (length: number): number[] => Array.from({ length }, (_, index) => index);

describe('the tracer', () => {
  test('records each op with its attributes, and each output with its index', () => {
    const { nodes, results } = trace((x) => tf.split(x.relu(), 2));
    assert.deepEqual(opsOf(nodes), ['Placeholder', 'Relu', 'Const', 'Const', 'SplitV']);
    const split = nodes.at(-1)!;
    assert.deepEqual(split.attributes['num_split'], { kind: 'int', value: 2 });
    assert.deepEqual(results, [
      { node: split.name, index: 0 },
      { node: split.name, index: 1 },
    ]);
    assert.deepEqual(split.inputs[0], { node: nodes[1]!.name, index: 0 });
    assert.deepEqual(
      split.outputs.map(({ shape }) => shape),
      [
        [2, 50],
        [2, 50],
      ],
    );
  });

  test('stores equal constants once', () => {
    const { nodes } = trace((x) => x.add(3).mul(3).sub(4));
    assert.equal(opsOf(nodes).filter((op) => op === 'Const').length, 2);
  });

  test('stores a large array of equal values as a single value', () => {
    const { nodes } = trace((x) => x.add(tf.tensor2d(new Float32Array(200).fill(0.5), [4, 50])));
    assert.ok(encodeSavedModel(nodes).length < 600);
  });

  test('stores small tensors from outside the step with their current values', () => {
    for (const small of [tf.tensor1d([1, 2]).square(), tf.scalar(7, 'int32').add(1), tf.equal([1, 2], [1, 3])]) {
      const { nodes } = trace((x) => x.sum().add(small.sum()));
      const constant = nodes.find(({ op, attributes }) => {
        const value = attributes['value'];
        return op === 'Const' && value?.kind === 'tensor' && value.value.type.shape.join() === small.shape.join();
      });
      assert.ok(constant !== undefined, small.toString());
    }
  });

  const variable = tf.variable(tf.zeros([1]), true, 'stray');
  const outside = tf.tensor1d(irregular(50)).add(1);
  const refusals: [string, (x: Tensor) => Tensor, RegExp][] = [
    [
      'a value read in JavaScript',
      (x) => x.mul(x.max().dataSync()[0]!),
      /the value of a tensor of shape \[\] \(Max_\d+\) is read/,
    ],
    [
      'a variable made inside',
      (x) => x.add(tf.variable(tf.zeros([1]), true, 'late')),
      /variable "late" is created inside/,
    ],
    [
      'a variable assigned inside',
      (x) => {
        variable.assign(x.sum().reshape([1]));
        return x;
      },
      /variable "stray" is assigned inside/,
    ],
    [
      'a variable that is no weight',
      (x) => x.add(variable),
      /Add takes variable "stray", which is not among the program's/,
    ],
    [
      'a large array created in JavaScript',
      (x) => x.add(tf.tensor2d(irregular(200), [4, 50])),
      /Add takes 800 bytes, shape \[4, 50\], that were created in JavaScript/,
    ],
    ['a large random array', (x) => x.mul(tf.randomUniform([4, 50])), /Mul takes 800 bytes/],
    ['a large result created in JavaScript', () => tf.tensor1d(irregular(200)), /the result takes 800 bytes/],
    ['text', (x) => x.add(tf.string.staticRegexReplace(tf.tensor1d(['a']), 'a', 'b')), /from JavaScript/],
  ];
  for (const [what, run, message] of refusals) {
    test(`refuses ${what}, and TensorFlow.js still works afterwards`, () => {
      const { binding } = nativeBackend();
      assert.throws(() => trace(run), { code: 'STEP_NOT_TRACEABLE', message });
      assert.equal(nativeBackend().binding, binding);
      assert.deepEqual([...tf.tensor1d([1, 2]).add(1).dataSync()], [2, 3]);
    });
  }

  test('refuses a large tensor from outside', () => {
    const large = tf.range(0, 200).square();
    assert.throws(() => trace((x) => x.reshape([200]).add(large)), {
      code: 'STEP_NOT_TRACEABLE',
      message: /takes a tensor of 800 bytes, shape \[200\], from outside the step/,
    });
    assert.doesNotThrow(() => trace((x) => x.add(outside)));
  });
});
