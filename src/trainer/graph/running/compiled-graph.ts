import type { InputSpec } from '../program/program.js';

/** A traced program: everything needed to run it without the program itself. */
export interface CompiledGraph {
  readonly plan: GraphPlan;
  /** The bytes of a `saved_model.pb`. */
  readonly savedModel: Uint8Array;
}

/** The names of the tensors (`node:0`) to feed and fetch for each operation. */
export interface GraphPlan {
  readonly inputs: Readonly<Record<string, { readonly spec: InputSpec; readonly placeholder: string }>>;
  /** Fetching `done` takes a step. `outputs` are those of `Program.train`; `accumulate` returns them too. */
  readonly train: { readonly outputs: Readonly<Record<string, string>>; readonly done: string };
  /** Fetching `done` adds the gradients to those of the next step. Present if the program accumulates. */
  readonly accumulate?: { readonly done: string };
  /** The outputs of `Program.evaluate`. */
  readonly evaluate: Readonly<Record<string, string>>;
  /** The whole state. Feed `placeholder` to set an array, fetch `value` to read it. */
  readonly state: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly placeholder: string;
    readonly value: string;
  }[];
  /** Fetching this sets the state from the fed placeholders. */
  readonly restored: string;
  /** Gradients by weight, used to check a new graph. */
  readonly gradients: Readonly<Record<string, string>>;
}
