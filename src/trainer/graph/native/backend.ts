import type { Binding, NativeBackend } from './binding.js';
import { tf } from './tensorflow.js';

/** The native backend of this thread. */
export function nativeBackend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}

/** Runs a function with some of the addon's functions replaced. The replacements may call the originals. */
export function withBinding<T>(overrides: Partial<Binding>, run: () => T): T {
  const backend = nativeBackend();
  const before = backend.binding;
  // The addon's own properties are read-only and ignore assignment.
  const derived = Object.create(before) as Binding;
  for (const [name, value] of Object.entries(overrides)) Object.defineProperty(derived, name, { value });
  backend.binding = derived;
  try {
    return run();
  } finally {
    backend.binding = before;
  }
}
