import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Cache } from '../finding/cache.js';
import type { GivenWheel } from './check-wheel.js';
import { findLibrary, type Library } from '../finding/library.js';
import { fetchWheel } from './fetch-wheel.js';
import { pinsOf, TENSORFLOW_VERSION, type Flavour } from '../finding/pins.js';
import { unpackWheel } from './unpack-wheel.js';
import { prepareFolder, type Work } from './work.js';

/** A flavour, and wheels that need no download. */
export interface WheelSource {
  readonly flavour: Flavour;
  readonly wheels: readonly GivenWheel[];
}

/**
 * The pinned library of a flavour, unpacked in the cache as Python would have it (`tensorflow/` beside `nvidia/`), because
 * TensorFlow looks for CUDA at fixed places relative to itself. Fetches and unpacks what is missing.
 */
export async function provideLibrary(source: WheelSource, work: Work): Promise<Library> {
  const { cache } = work;
  const { flavour, wheels } = source;
  const unpacked = await findUnpacked(cache, flavour);
  if (unpacked !== undefined) return unpacked;

  const members: GivenWheel[] = [];
  for (const pin of pinsOf(flavour)) {
    members.push(wheels.find((wheel) => wheel.pin === pin) ?? { file: await fetchWheel(pin, work), pin, flavour });
  }
  const unfinished = await prepareFolder(work, 'tensorflow');
  for (const { file, pin } of members) await unpackWheel(file, pin, unfinished, work);
  await writeManifest(unfinished);
  const folder = libraryFolder(cache, flavour);
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(unfinished, folder);
  return findLibrary(path.join(folder, 'tensorflow'));
}

/** The library of a flavour if it is unpacked and every file has its size. */
export async function findUnpacked(cache: Cache, flavour: Flavour): Promise<Library | undefined> {
  const folder = libraryFolder(cache, flavour);
  return (await isIntact(folder)) ? findLibrary(path.join(folder, 'tensorflow')) : undefined;
}

/** Where the library of a flavour is unpacked to. */
export const libraryFolder = (cache: Cache, flavour: Flavour): string =>
  path.join(cache.tensorflow, `${TENSORFLOW_VERSION}-${flavour}`);

const MANIFEST = 'manifest.json';

/** Writes the list of unpacked files, `{path: bytes}`, by which a damaged library is noticed quickly. */
async function writeManifest(folder: string): Promise<void> {
  const sizes: Record<string, number> = {};
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    sizes[path.relative(folder, file)] = (await stat(file)).size;
  }
  await writeFile(path.join(folder, MANIFEST), `${JSON.stringify(sizes, undefined, 1)}\n`);
}

async function isIntact(folder: string): Promise<boolean> {
  try {
    const sizes = JSON.parse(await readFile(path.join(folder, MANIFEST), 'utf8')) as Record<string, number>;
    for (const [file, size] of Object.entries(sizes)) {
      if ((await stat(path.join(folder, file))).size !== size) return false;
    }
    return true;
  } catch {
    return false;
  }
}
