import type { InputSpec } from '../program/program.js';

/** A program as TensorFlow runs it, and all that is needed to run it without the program. */
export interface CompiledGraph {
  readonly plan: GraphPlan;
  /** The bytes of a `saved_model.pb`. */
  readonly savedModel: Uint8Array;
}

/** What to feed and fetch for what; tensors by their names in the graph (`node:0`). */
export interface GraphPlan {
  readonly inputs: Readonly<Record<string, { readonly spec: InputSpec; readonly placeholder: string }>>;
  /** Fetching `done` takes the step; `outputs` are those of `Program.train`, which accumulating returns too. */
  readonly train: { readonly outputs: Readonly<Record<string, string>>; readonly done: string };
  /** Fetching `done` adds the gradients to those of the next step; where the program accumulates. */
  readonly accumulate?: { readonly done: string };
  /** The outputs of `Program.evaluate`. */
  readonly evaluate: Readonly<Record<string, string>>;
  /** The whole state: each array is set by feeding `placeholder` and seen by fetching `value`. */
  readonly state: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly placeholder: string;
    readonly value: string;
  }[];
  /** Fetching it sets the state. */
  readonly restored: string;
  /** By weight; what a new graph is checked by. */
  readonly gradients: Readonly<Record<string, string>>;
}
