import { open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { EnvironmentError } from '../../../../core/errors.js';

export interface DownloadOptions {
  /** Told how many bytes there are and will be, where the server says so. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads a file to `path`, or what is missing of it: a part that an interrupted download left there is gone on with where
 * the server can do that (HTTP Range), and begun again where it cannot or has another file by now.
 *
 * @throws EnvironmentError DOWNLOAD_FAILED; what there is stays for the next time
 */
export async function download(url: string, path: string, { onProgress, signal }: DownloadOptions = {}): Promise<void> {
  const before = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  try {
    const response = await fetch(url, {
      headers: before > 0 ? { range: `bytes=${before}-`, ...(await onlyIfSame(path)) } : {},
      ...(signal && { signal }),
    });
    // 416: the part is the whole already, or none of this file; whoever asked checks a hash.
    if (response.status === 416 && before > 0) {
      await response.body?.cancel();
      return;
    }
    if (!response.ok || response.body === null)
      throw new Error(`the server answers ${response.status} ${response.statusText}`);
    const part = response.status === 206 ? partOf(response) : undefined;
    const resumes = part !== undefined;
    if (response.status === 206 && part?.start !== before)
      throw new Error('the server sends another part than asked for');
    const start = resumes ? before : 0;
    const total = resumes ? part.total : lengthOf(response);
    if (!resumes) await noteVersion(response, path);
    const file = await open(path, resumes ? 'a' : 'w');
    try {
      await receive(response.body, file, (received) => onProgress?.(start + received, total));
      await file.sync();
    } finally {
      await file.close();
    }
    const { size } = await stat(path);
    if (total !== undefined && size !== total) throw new Error(`it ended after ${size} of ${total} bytes`);
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new EnvironmentError('DOWNLOAD_FAILED', `${url} could not be downloaded: ${reasonOf(cause)}`, { cause });
  }
}

/** Beside a part lies the tag of the version that it is of, where the server gives tags. */
const tagPath = (path: string): string => `${path}.etag`;

async function noteVersion({ headers }: Response, path: string): Promise<void> {
  const tag = headers.get('etag');
  // A weak tag does not promise the same bytes.
  if (tag === null || tag.startsWith('W/')) await rm(tagPath(path), { force: true });
  else await writeFile(tagPath(path), tag);
}

async function onlyIfSame(path: string): Promise<Record<string, string>> {
  const tag = await readFile(tagPath(path), 'utf8').catch(() => undefined);
  return tag === undefined ? {} : { 'if-range': tag };
}

async function receive(
  body: ReadableStream<Uint8Array>,
  file: FileHandle,
  onProgress: (received: number) => void,
): Promise<void> {
  let received = 0;
  for await (const chunk of body) {
    await file.writeFile(chunk);
    received += chunk.length;
    onProgress(received);
  }
}

/** Which part a server sends: `content-range: bytes 100-199/200`. */
function partOf({ headers }: Response): { readonly start: number; readonly total: number | undefined } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), total: total === '*' ? undefined : Number(total) };
}

/** What is packed for the way is counted packed, and arrives unpacked. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

/** `fetch` itself says no more than "fetch failed"; the reason lies below. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { cause: inner } = cause;
  if (!(inner instanceof Error)) return cause.message;
  return inner.message || ('code' in inner ? String(inner.code) : cause.message);
}
