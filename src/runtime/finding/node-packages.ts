import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EnvironmentError } from '../../core/errors.js';

/** The two npm packages that a set-up needs, where Node finds them. */
export interface NodePackages {
  /** Folder of the TensorFlow package and its version. */
  readonly folder: string;
  readonly version: string;
  /** Where that package looks for its addon. */
  readonly addon: string;
  /** Node-API version that the addon is built for: the highest that both the package and this Node know. */
  readonly napiVersion: number;
  /** Folder of `node_api.h` and its version. */
  readonly headers: string;
  readonly headersVersion: string;
}

/** Resolves the packages as a module beside `from` (a file URL) would. Throws `EnvironmentError` if one is missing. */
export function findNodePackages(from: string): NodePackages {
  const tensorflow = manifestOf('@tensorflow/tfjs-node-gpu', from);
  const headers = manifestOf('node-api-headers', from);
  const manifest = readManifest(tensorflow);
  const known = Number(process.versions['napi'] ?? 0);
  const napiVersion = Math.max(...(manifest.binary?.napi_versions ?? []).filter((version) => version <= known));
  const folder = path.dirname(tensorflow);
  return {
    folder,
    version: manifest.version,
    addon: path.join(folder, 'lib', `napi-v${napiVersion}`, 'tfjs_binding.node'),
    napiVersion,
    headers: path.join(path.dirname(headers), 'include'),
    headersVersion: readManifest(headers).version,
  };
}

function manifestOf(name: string, from: string): string {
  try {
    return createRequire(from).resolve(`${name}/package.json`);
  } catch (cause) {
    throw new EnvironmentError('PACKAGE_MISSING', `the npm package ${name} is not installed`, {
      hint: 'Run "npm ci" in the folder of this program.',
      cause,
    });
  }
}

interface Manifest {
  readonly version: string;
  readonly binary?: { readonly napi_versions: readonly number[] };
}

const readManifest = (file: string): Manifest => JSON.parse(readFileSync(file, 'utf8')) as Manifest;
