import { EnvironmentError } from '../../core/errors.js';
import { listGpus } from './gpus.js';
import { pinsOf, type Flavour } from './pins.js';

/** Throws an `EnvironmentError` if this platform cannot build an addon, or has no wheel of the flavour. */
export function requirePlatform(flavour: Flavour | undefined): void {
  const { platform, arch } = process;
  if (platform === 'win32') {
    throw unsupported(
      'native TensorFlow cannot be set up on Windows itself',
      'Use WSL 2 ("wsl --install"): it works as on Linux.',
    );
  }
  if (platform !== 'linux') {
    throw unsupported(
      `native TensorFlow cannot be set up on ${platform}`,
      'Use Linux: a machine, a virtual one or a container.',
    );
  }
  if (flavour === undefined) return;
  if (pinsOf(flavour).length === 0) {
    const hint = flavour === 'gpu' && pinsOf('cpu').length > 0 ? 'Use "sweep setup --flavour cpu".' : LIBRARY_HINT;
    throw unsupported(`there is no TensorFlow wheel for ${arch} processors with flavour ${flavour}`, hint);
  }
  const glibc = glibcVersion();
  if (glibc === undefined || olderThan(glibc, OLDEST_GLIBC)) {
    const found = glibc === undefined ? 'this system uses another C library' : `this system has ${glibc}`;
    throw unsupported(
      `TensorFlow's wheels need glibc ${OLDEST_GLIBC} or newer, and ${found}`,
      `Debian 10, Ubuntu 18.04 and what is newer have it, Alpine does not. ${LIBRARY_HINT}`,
    );
  }
}

/** The flavour for this machine: `gpu` if nvidia-smi lists a GPU and a wheel exists, otherwise `cpu`. */
export async function detectFlavour(env: NodeJS.ProcessEnv): Promise<Flavour> {
  const gpus = (await listGpus(env)) ?? [];
  return gpus.length > 0 && pinsOf('gpu').length > 0 ? 'gpu' : 'cpu';
}

/** Compares dotted version numbers. */
export function olderThan(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** manylinux_2_27. */
const OLDEST_GLIBC = '2.27';
const LIBRARY_HINT = 'A library of your own goes with "sweep setup --libtensorflow DIR".';

const unsupported = (message: string, hint: string): EnvironmentError =>
  new EnvironmentError('PLATFORM_UNSUPPORTED', message, { hint });

function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime;
}
