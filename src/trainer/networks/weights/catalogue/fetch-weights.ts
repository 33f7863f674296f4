import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError, InputError } from '../../../../core/errors.js';
import type { Backbone } from '../../backbones.js';
import { download, type DownloadOptions } from './download.js';
import { publishedWeights, type PublishedWeights } from './published.js';
import { sha256Of, type StoredWeights, type WeightStore } from './weight-store.js';

export interface FetchOptions extends DownloadOptions {
  /** Where to fetch from in place of the publisher, e.g. a mirror: `http://127.0.0.1:8080`. */
  readonly base?: string | undefined;
}

/**
 * Brings the published ImageNet weights of a backbone into the store. Goes on with a download that was interrupted; checks
 * the hash that the publisher names, or where none is named, that of the first download.
 *
 * @throws InputError WEIGHTS_NOT_PUBLISHED; EnvironmentError DOWNLOAD_FAILED, with which file to bring; WEIGHTS_HASH
 */
export async function fetchWeights(
  backbone: Backbone,
  store: WeightStore,
  { base, ...options }: FetchOptions = {},
): Promise<StoredWeights> {
  const published = publishedWeights(backbone);
  if (published === undefined) throw notPublished(backbone);
  const url = `${base ?? published.base}${published.path}`;
  const folder = join(store.folder, 'downloads');
  const [part, whole] = [join(folder, `${published.file}.part`), join(folder, published.file)];
  await mkdir(folder, { recursive: true });
  try {
    await download(url, part, options);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new EnvironmentError(error.code, error.message, { hint: offlineHint(backbone, published), cause: error });
  }
  await checkHash(part, published, url, await store.get(backbone));
  await rename(part, whole);
  await rm(`${part}.etag`, { force: true });
  try {
    return await store.put(whole, { backbone, source: url, verified: published.md5 !== undefined });
  } finally {
    await rm(whole, { force: true });
  }
}

/**
 * Puts a file of the user's into the store. The one that is published, brought by other means, counts as verified.
 *
 * @throws InputError as `WeightStore.put`
 */
export async function importWeights(file: string, backbone: Backbone, store: WeightStore): Promise<StoredWeights> {
  const md5 = publishedWeights(backbone)?.md5;
  const verified = md5 !== undefined && (await stat(file)).isFile() && (await md5Of(file)) === md5;
  return store.put(file, { backbone, source: file, verified });
}

/** What to do where there is no network: which file it takes, and the command that puts it in its place. */
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
  throw new EnvironmentError('WEIGHTS_HASH', `${file} arrived with the hash ${found}, not ${expected}`, {
    hint:
      md5 === undefined
        ? 'It is not what was downloaded before. Where that is meant, delete the old weights first.'
        : 'Something between here and the publisher changes what passes, or the file was replaced. Try again.',
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
      `They are published as a pickle alone, which runs as a program when it is read. Save them as safetensors in PyTorch, ` +
      `and run "sweep weights import FILE --backbone ${backbone}".`,
  });
}
