import type { Tensor } from '../native/tensorflow.js';
import { nativeBackend, withBinding } from '../native/backend.js';

/**
 * Lifetimes of the tensors that a function computes: for each op, in order, the results that no later op uses. Results are
 * numbered from 0 over all ops.
 */
export type TensorLives = readonly (readonly number[])[];

/**
 * Runs a function and records the lifetimes of its tensors, so that its next run needs less memory. Tensors in `kept` never
 * expire.
 */
export function recordLives<T>(
  run: () => T,
  kept: (result: T) => readonly Tensor[],
): { readonly result: T; readonly lives: TensorLives } {
  const numbers = new Map<number, number>();
  const lastUses: number[] = [];
  const native = nativeBackend().binding;
  let ops = 0;
  const result = withBinding(
    {
      executeOp(op, attributes, inputs, outputs) {
        const results = native.executeOp(op, attributes, inputs, outputs);
        for (const id of inputs) if (numbers.has(id)) lastUses[numbers.get(id)!] = ops;
        for (const { id } of results) {
          numbers.set(id, lastUses.length);
          lastUses.push(ops);
        }
        ops++;
        return results;
      },
    },
    run,
  );
  for (const id of nativeBackend().getInputTensorIds([...kept(result)])) {
    if (numbers.has(id)) lastUses[numbers.get(id)!] = Infinity;
  }
  const lives = Array.from({ length: ops }, (): number[] => []);
  for (const [number, op] of lastUses.entries()) lives[op]?.push(number);
  return { result, lives };
}

/** Runs a function again and releases its tensors as soon as they are no longer used. */
export type Follow = <T>(lives: TensorLives, run: () => T) => T;

/**
 * Inside `run`, `follow` runs functions with about half the memory: TensorFlow.js keeps everything that a gradient function
 * computes until the function ends. All tensors of these functions have to be disposed inside `run`.
 */
export function releasingEarly<T>(run: (follow: Follow) => T): T {
  const native = nativeBackend().binding;
  const released = new Set<number>();
  let watch: ((results: readonly { readonly id: number }[]) => void) | undefined;
  const follow: Follow = (lives, run) => {
    const ids: number[] = [];
    let ops = 0;
    watch = (results) => {
      for (const { id } of results) ids.push(id);
      for (const number of lives[ops++] ?? []) {
        native.deleteTensor(ids[number]!);
        released.add(ids[number]!);
      }
    };
    try {
      return run();
    } finally {
      watch = undefined;
    }
  };
  return withBinding(
    {
      executeOp(op, attributes, inputs, outputs) {
        const results = native.executeOp(op, attributes, inputs, outputs);
        watch?.(results);
        return results;
      },
      deleteTensor(id) {
        if (!released.delete(id)) native.deleteTensor(id);
      },
    },
    () => run(follow),
  );
}
