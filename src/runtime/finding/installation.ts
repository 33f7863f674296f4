import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../../platform/replace-file.js';
import type { Library } from './library.js';
import type { NodePackages } from './node-packages.js';
import type { Flavour } from './pins.js';

/** A native TensorFlow that was tried and computed right. */
export interface Installation {
  /** Version of the library. */
  readonly tensorflow: string;
  /** `wheel`: ours, from pinned wheels; `folder`: the user's own library; `package`: what the npm package itself installed. */
  readonly origin: 'wheel' | 'folder' | 'package';
  /** Known for wheels only. */
  readonly flavour: Flavour | undefined;
  /** The addon and the libraries it is linked to. */
  readonly files: readonly Fingerprint[];
}

/** Enough of a file to notice in a moment that it is no longer the one that was tried. */
export interface Fingerprint {
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
}

/** What is installed in a package folder, unless it has never been tried or has changed since. Takes a few milliseconds. */
export async function findInstallation(packages: NodePackages): Promise<Installation | undefined> {
  try {
    const installation = JSON.parse(await readFile(recordOf(packages), 'utf8')) as Installation;
    for (const file of installation.files) {
      const { bytes, modified } = await fingerprint(file.path);
      if (bytes !== file.bytes || modified !== file.modified) return undefined;
    }
    return installation;
  } catch {
    return undefined;
  }
}

/** Remembers what was tried. `library` is unknown where the package installed itself. */
export async function recordInstallation(
  packages: NodePackages,
  found: Omit<Installation, 'files'>,
  library: Library | undefined,
): Promise<Installation> {
  const files = await Promise.all([packages.addon, ...(library?.files ?? [])].map(fingerprint));
  const installation = { ...found, files };
  await writeFileAtomically(recordOf(packages), `${JSON.stringify(installation, undefined, 1)}\n`);
  return installation;
}

const recordOf = (packages: NodePackages): string => path.join(packages.folder, 'lib', 'installation.json');

async function fingerprint(file: string): Promise<Fingerprint> {
  const { size, mtimeMs } = await stat(file);
  return { path: file, bytes: size, modified: mtimeMs };
}
