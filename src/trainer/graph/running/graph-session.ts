import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataType } from '../native/binding.js';
import { nativeBackend } from '../native/backend.js';
import type { CompiledGraph } from './compiled-graph.js';
import { SAVED_MODEL_TAG } from '../building/graph-def.js';
import { requireAccumulation } from '../program/check-outcome.js';
import type { Step, StepInputs, StepState } from '../program/program.js';
import { checkInputs } from '../program/step-inputs.js';
import { checkState } from '../program/step-state.js';

/** A graph loaded into TensorFlow, with its own state until `close`. The state is undefined until `restore` is called. */
export interface GraphSession extends Step {
  /** Takes a step like `train`, but returns the gradients by weight. */
  trainForGradients(inputs: StepInputs): Readonly<Record<string, Float32Array>>;
}

interface Feed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

type Values = Float32Array | Int32Array;
type Fetches = Readonly<Record<string, string>>;

/** Loads a graph. @throws TensorFlow's error if it cannot be loaded */
export function openGraphSession({ plan, savedModel }: CompiledGraph): GraphSession {
  const { binding } = nativeBackend();
  const id = load(savedModel);
  const specs = Object.fromEntries(Object.entries(plan.inputs).map(([name, { spec }]) => [name, spec]));
  let closed = false;

  const run = (feeds: readonly Feed[], fetches: readonly string[]): Values[] => {
    if (fetches.length === 0) return [];
    const fed: number[] = [];
    const fetched: number[] = [];
    try {
      for (const { shape, values } of feeds) {
        fed.push(binding.createTensor(shape, values instanceof Int32Array ? DataType.int32 : DataType.float32, values));
      }
      const names = feeds.map(({ name }) => name).join(',');
      fetched.push(...binding.runSavedModel(id, fed, names, fetches.join(',')).map((result) => result.id));
      return fetched.map((tensor) => binding.tensorDataSync(tensor) as Values);
    } finally {
      for (const tensor of [...fed, ...fetched]) binding.deleteTensor(tensor);
    }
  };
  const fetch = <T extends Values>(
    inputs: StepInputs,
    fetches: Fetches,
    also: readonly string[] = [],
  ): Record<string, T> => {
    const feeds = [...checkInputs(specs, inputs)].map(([name, { spec, values }]) => {
      return { name: plan.inputs[name]!.placeholder, shape: spec.shape, values };
    });
    const values = run(feeds, [...Object.values(fetches), ...also]);
    return Object.fromEntries(Object.keys(fetches).map((name, index) => [name, values[index] as T]));
  };

  return {
    kind: 'compiled',
    accumulate(inputs) {
      requireAccumulation({ accumulates: plan.accumulate !== undefined });
      return fetch(inputs, plan.train.outputs, [plan.accumulate!.done]);
    },
    train: (inputs) => fetch(inputs, plan.train.outputs, [plan.train.done]),
    evaluate: (inputs) => fetch(inputs, plan.evaluate),
    trainForGradients: (inputs) => fetch<Float32Array>(inputs, plan.gradients, [plan.train.done]),
    read() {
      const values = run(
        [],
        plan.state.map(({ value }) => value),
      );
      return new Map(
        plan.state.map(({ name, shape }, index) => [name, { shape, values: values[index] as Float32Array }]),
      );
    },
    restore(state: StepState) {
      checkState(plan.state, state);
      const feeds = plan.state.map(({ name, shape, placeholder }) => {
        return { name: placeholder, shape, values: state.get(name)!.values };
      });
      run(feeds, [plan.restored]);
    },
    close() {
      if (closed) return;
      closed = true;
      binding.deleteSavedModel(id);
    },
  };
}

/** The addon loads from a folder, which can be removed as soon as the call returns. */
function load(savedModel: Uint8Array): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'sweepwright-graph-'));
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), savedModel);
    return nativeBackend().binding.loadSavedModel(folder, SAVED_MODEL_TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
