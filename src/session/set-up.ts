import type { SetUpRequest } from '../runtime/installing/choice.js';
import { setUp as setUpTensorflow, type SetUpOptions } from '../runtime/installing/set-up.js';
import { runtimeOptions } from './runtime-options.js';

/** Sets up native TensorFlow on this machine. Throws as the runtime's `setUp` does. */
export async function setUp(
  request: SetUpRequest,
  options: Pick<SetUpOptions, 'line' | 'now' | 'signal'>,
): Promise<void> {
  await setUpTensorflow(request, { ...runtimeOptions(), ...options });
}
