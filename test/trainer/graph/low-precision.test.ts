import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { sampleStep, type StepSample } from '../../../src/trainer/graph/checking/find-precision-loss.js';
import { DataType } from '../../../src/trainer/graph/native/binding.js';
import { createCompiledStep } from '../../../src/trainer/graph/running/compiled-step.js';
import { GraphBuilder } from '../../../src/trainer/graph/building/graph-builder.js';
import type { GraphNode } from '../../../src/trainer/graph/building/graph-def.js';
import { openGraphSession } from '../../../src/trainer/graph/running/graph-session.js';
import type { Precision, Step } from '../../../src/trainer/graph/program/program.js';
import { rewriteLowPrecision } from '../../../src/trainer/graph/rewrites/rewrite-low-precision.js';
import { checkInputs } from '../../../src/trainer/graph/program/step-inputs.js';
import { initialState, listState } from '../../../src/trainer/graph/program/step-state.js';
import { traceProgram } from '../../../src/trainer/graph/tracing/trace-program.js';
import { Tracer, type Rewrite } from '../../../src/trainer/graph/tracing/tracer.js';
import { tf, type Tensor, type Tensor4D } from '../../../src/trainer/graph/native/tensorflow.js';
import { tracedSgd } from './optimizers.js';
import { smallNet, smallNetInputs } from './programs.js';

const BATCH = 16;

function sampleWith(rewrites: readonly Rewrite[]): StepSample {
  const program = smallNet({ batch: BATCH });
  const entries = listState(program);
  const inputs = smallNetInputs(BATCH);
  const session = openGraphSession(traceProgram(program, entries, checkInputs(program.inputs, inputs), rewrites));
  try {
    return sampleStep(session, initialState(program, entries), inputs);
  } finally {
    session.close();
  }
}

function share(actual: Float32Array, expected: Float32Array): number {
  return Math.hypot(...expected.map((value, index) => actual[index]! - value)) / Math.hypot(...expected);
}

/** By name: what a program of one convolution and what follows it becomes. */
function nodesOf(rewrite: Rewrite, run: (x: Tensor4D, kernel: Tensor4D) => Tensor): readonly GraphNode[] {
  const builder = new GraphBuilder();
  const tracer = new Tracer(builder, [rewrite]);
  const bound = (shape: [number, number, number, number]): Tensor4D => {
    const tensor = tf.ones(shape);
    tracer.bind(tensor, builder.placeholder({ dtype: DataType.float32, shape }));
    return tensor as Tensor4D;
  };
  const [x, kernel] = [bound([2, 6, 6, 4]), bound([3, 3, 4, 4])];
  tracer.record(() => tracer.refOf(run(x, kernel)));
  return builder.nodes;
}

const typeOf = ({ attributes }: GraphNode): number | undefined =>
  attributes['T']?.kind === 'type' ? attributes['T'].value : undefined;
const typesOf = (nodes: readonly GraphNode[]): string[] =>
  nodes
    .filter((node) => typeOf(node) !== undefined)
    .map((node) => `${node.op} ${Object.entries(DataType).find(([, type]) => type === typeOf(node))![0]}`);

describe('a graph in lower precision', () => {
  const expected = sampleWith([]);
  for (const [precision, device, tolerance] of [
    ['bfloat16', 'cpu', 0.02],
    ['bfloat16', 'gpu', 0.04],
    ['float16', 'gpu', 0.003],
  ] as const) {
    test(`has outputs and gradients within ${tolerance} of float32, for a ${device} in ${precision}`, () => {
      const actual = sampleWith([rewriteLowPrecision(precision, device)]);
      for (const kind of ['trained', 'evaluated'] as const) {
        const loss = share(actual[kind]['loss'] as Float32Array, expected[kind]['loss'] as Float32Array);
        assert.ok(loss > 0 && loss < tolerance, `${kind} ${loss}`);
      }
      const flat = ({ gradients }: StepSample) =>
        Float32Array.from(Object.values(gradients).flatMap((values) => [...values]));
      const gradients = share(flat(actual), flat(expected));
      assert.ok(gradients > 0 && gradients < 3 * tolerance, `gradients ${gradients}`);
    });
  }

  test('computes updates in float32', () => {
    const program = smallNet({ batch: BATCH, optimizer: tracedSgd });
    const entries = listState(program);
    const [rate, start] = [0.003, initialState(program, entries)];
    const inputs = smallNetInputs(BATCH, rate);
    const rewrites = [rewriteLowPrecision('bfloat16', 'gpu')];
    const session = openGraphSession(traceProgram(program, entries, checkInputs(program.inputs, inputs), rewrites));
    session.restore(start);
    const gradients = session.trainForGradients(inputs);
    const after = session.read();
    session.close();
    for (const [name, values] of Object.entries(gradients)) {
      const updated = values.map((value, index) => {
        return start.get(name)!.values[index]! - Math.fround(value * Math.fround(rate));
      });
      assert.deepEqual(after.get(name)!.values, updated, name);
    }
  });

  test('casts only convolutions and their input gradients on a CPU', () => {
    const nodes = nodesOf(rewriteLowPrecision('bfloat16', 'cpu'), (x, kernel) => {
      const [dx, dk] = tf.grads((x, kernel) =>
        tf
          .conv2d(x as Tensor4D, kernel as Tensor4D, 1, 'same')
          .relu()
          .sum(),
      )([x, kernel]);
      return dx!.sum().add(dk!.sum());
    });
    const types = typesOf(nodes);
    assert.ok(types.includes('Conv2D bfloat16') && types.includes('Conv2DBackpropInput bfloat16'), types.join());
    const others = types.filter((type) => type.endsWith('bfloat16'));
    assert.deepEqual(new Set(others), new Set(['Conv2D bfloat16', 'Conv2DBackpropInput bfloat16']));
    assert.ok(types.includes('Conv2DBackpropFilter float32') && types.includes('Relu float32'), types.join());
  });

  test('passes narrow values on without casts, and casts each value once', () => {
    const nodes = nodesOf(rewriteLowPrecision('float16', 'gpu'), (x, kernel) => {
      const once = tf.conv2d(x, kernel, 1, 'same').relu<Tensor4D>();
      return tf
        .conv2d(once, kernel, 1, 'same')
        .add(tf.conv2d(x, kernel, 1, 'same'))
        .sum();
    });
    const byName = new Map(nodes.map((node) => [node.name, node]));
    const convolutions = nodes.filter(({ op }) => op === 'Conv2D');
    const operands = convolutions.map(({ inputs }) => inputs.map(({ node }) => byName.get(node)!));
    assert.deepEqual(typesOf(nodes), [
      'Conv2D float16',
      'Relu float16',
      'Conv2D float16',
      'Conv2D float16',
      'Add float16',
      'Sum float32',
    ]);
    assert.equal(operands[1]![0]!.op, 'Relu');
    // The image and the kernel, for three convolutions.
    assert.equal(new Set(operands.flat().filter(({ op }) => op === 'Cast')).size, 2);
  });

  test('does not change ops that would need extra casts', () => {
    const nodes = nodesOf(rewriteLowPrecision('float16', 'gpu'), (x, kernel) => {
      return tf.conv2d(x, kernel, 1, 'same').mul(x.square()).add(x.sigmoid()).sum();
    });
    assert.deepEqual(
      typesOf(nodes).filter((type) => type.endsWith('float16')),
      ['Conv2D float16'],
    );
  });
});

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function create(precision: Precision, cacheDir = mkdtempSync(path.join(tmpdir(), 'sweepwright-precision-'))): Step {
  folders.push(cacheDir);
  return createCompiledStep(smallNet({ batch: BATCH, precision }), {
    cacheDir,
    warn: (message) => assert.fail(message),
  });
}

describe('a compiled step in lower precision', () => {
  const losses = (step: Step) => Array.from({ length: 40 }, () => step.train(smallNetInputs(BATCH, 0.02))['loss']![0]!);

  for (const [precision, tolerance] of [
    ['bfloat16', 0.1],
    ['float16', 0.04],
  ] as const) {
    test(`trains like float32: losses of 40 steps within ${tolerance} in ${precision}`, () => {
      const [wide, narrow] = [create('float32'), create(precision)];
      const expected = losses(wide);
      const actual = losses(narrow);
      assert.equal(narrow.kind, 'compiled');
      assert.ok(expected.at(-1)! < expected[0]! * 0.9, expected.join(' '));
      assert.notDeepEqual(actual, expected);
      for (const [index, loss] of actual.entries()) {
        assert.ok(Math.abs(loss - expected[index]!) < tolerance, `step ${index}: ${loss} ${expected[index]}`);
      }
      wide.close();
      narrow.close();
    });
  }

  test('has a separate graph for each precision', () => {
    const cacheDir = mkdtempSync(path.join(tmpdir(), 'sweepwright-precision-'));
    for (const [index, precision] of (['float32', 'bfloat16', 'float16'] as const).entries()) {
      const step = create(precision, cacheDir);
      step.train(smallNetInputs(BATCH));
      step.close();
      assert.equal(readdirSync(path.join(cacheDir, 'graphs')).length, index + 1);
    }
  });
});
