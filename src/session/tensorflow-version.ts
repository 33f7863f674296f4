import { EnvironmentError } from '../core/errors.js';
import { findInstallation } from '../runtime/finding/installation.js';
import { findNodePackages } from '../runtime/finding/node-packages.js';

/** Version of the native TensorFlow that is set up. @throws {EnvironmentError} NO_TENSORFLOW */
export async function tensorflowVersion(): Promise<string> {
  const installation = await findInstallation(findNodePackages(import.meta.url));
  if (installation) return installation.tensorflow;
  throw new EnvironmentError('NO_TENSORFLOW', 'native TensorFlow is not set up', {
    hint: 'Run `sweep setup`: it takes a minute or two, once.',
  });
}
