import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../../platform/replace-file.js';
import type { Library } from './library.js';
import type { NodePackages } from './node-packages.js';
import type { Flavour } from './pins.js';

/** A native TensorFlow that passed its trial computation. */
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

/** Size and time of a file: a quick test whether it has changed since it was tried. */
export interface Fingerprint {
  readonly path: string;
  readonly bytes: number;
  readonly modified: number;
}

/** The installation in a package folder; `undefined` if it was never tried or has changed since. Takes milliseconds. */
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

/** Records an installation that was tried. `library`: `undefined` where the npm package installed its own. */
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
