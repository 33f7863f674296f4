import { lstat, rm } from 'node:fs/promises';
import { EnvironmentError } from '../../core/errors.js';
import type { ProbeReport } from '../../core/trainer/probe.js';
import { linkAddon, provideAddon } from './addon.js';
import type { Choice, Source } from './choice.js';
import { listGpus } from '../finding/gpus.js';
import { recordInstallation, type Installation } from '../finding/installation.js';
import { libraryFolder, provideLibrary } from './provide-library.js';
import { detectFlavour, requirePlatform } from '../finding/platform.js';
import { probeTensorflow } from '../checks/probe.js';
import { requireMeans } from './require-means.js';
import type { Work } from './work.js';

/** Installs the chosen TensorFlow, reusing the cache. `force` repeats everything except the downloads. */
export async function install(choice: Choice, force: boolean, work: Work): Promise<Installation> {
  if (choice.kind === 'any' && !force) {
    const own = await tryOwnInstallation(work);
    if (own !== undefined) return own;
  }
  const source: Source = choice.kind === 'any' ? await sourceForThisMachine(work) : choice;
  const flavour = source.kind === 'flavour' ? source.flavour : undefined;
  requirePlatform(flavour);
  if (force) await discard(source, work);
  await requireMeans(source, work);

  const library = source.kind === 'library' ? source.library : await provideLibrary(source, work);
  await linkAddon(await provideAddon(library, work), work.packages);
  const { tensorflow } = await tryOut('Trying it out', undefined, work);
  if (flavour === 'gpu') await tryGpu(work);
  const origin = source.kind === 'flavour' ? 'wheel' : 'folder';
  return recordInstallation(work.packages, { tensorflow, origin, flavour }, library);
}

/** Tries the library that the npm package installs itself, if its install script could run and download. */
async function tryOwnInstallation(work: Work): Promise<Installation | undefined> {
  const stats = await lstat(work.packages.addon).catch(() => undefined);
  // A link was made by an earlier set-up: repeating the steps is quick, and records where the library comes from.
  if (stats?.isFile() !== true) return undefined;
  try {
    const { tensorflow } = await tryOut('Trying the TensorFlow that the npm package installed', undefined, work);
    return await recordInstallation(work.packages, { tensorflow, origin: 'package', flavour: undefined }, undefined);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    work.steps.say('It does not work; another one is set up in its place.');
    return undefined;
  }
}

async function sourceForThisMachine({ env, steps }: Work): Promise<Source> {
  if ((await listGpus(env)) === undefined) {
    steps.say('nvidia-smi is here but fails, so this is a set-up for the CPU; "sweep doctor" says more.');
  }
  return { kind: 'flavour', flavour: await detectFlavour(env), wheels: [] };
}

async function discard(source: Source, { cache }: Work): Promise<void> {
  await rm(cache.addons, { recursive: true, force: true });
  if (source.kind === 'flavour') await rm(libraryFolder(cache, source.flavour), { recursive: true, force: true });
}

function tryOut(title: string, gpu: number | undefined, work: Work): Promise<ProbeReport> {
  const { program, env, signal, steps } = work;
  return steps.run(title, async () => {
    const outcome = await probeTensorflow(gpu, { program, env, signal });
    if (outcome.status === 'ok') return outcome.report;
    throw new EnvironmentError('TENSORFLOW_UNUSABLE', `TensorFlow does not work: ${outcome.message}`, {
      hint: outcome.hint ?? '"sweep setup --force" unpacks and builds it again.',
    });
  });
}

/** A GPU that does not work gives only a warning: the same library computes on the CPU. */
async function tryGpu(work: Work): Promise<void> {
  if ((await listGpus(work.env))?.length === 0) {
    return work.steps.say('There is no GPU on this machine yet; until there is one, TensorFlow computes on the CPU.');
  }
  const reason = await tryOut('Trying the GPU', 0, work).then(
    ({ usesGpu }) => (usesGpu ? undefined : 'TensorFlow does not find it'),
    (error: unknown) => {
      if (error instanceof EnvironmentError) return error.message;
      throw error;
    },
  );
  if (reason !== undefined) work.steps.say(`The GPU cannot be used (${reason}); "sweep doctor" says what to do.`);
}
