import { open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { EnvironmentError } from '../../../../core/errors.js';

export interface DownloadOptions {
  /** Called with the bytes that have arrived; `total` is undefined if the server does not tell it. */
  readonly onProgress?: (done: number, total: number | undefined) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads a file to `path`. Continues an interrupted download from the bytes that are there, if the server supports HTTP
 * ranges and still has the same file; otherwise starts again.
 *
 * @throws EnvironmentError DOWNLOAD_FAILED; the bytes that arrived stay for the next call
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
    // 416: all bytes are there already, or they are of another file. The caller checks the hash.
    if (response.status === 416 && before > 0) {
      await response.body?.cancel();
      return;
    }
    if (!response.ok || response.body === null)
      throw new Error(`the server answers ${response.status} ${response.statusText}`);
    const part = response.status === 206 ? partOf(response) : undefined;
    const resumes = part !== undefined;
    if (response.status === 206 && part?.start !== before)
      throw new Error('the server sends another range than requested');
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
    if (total !== undefined && size !== total) throw new Error(`the download ended after ${size} of ${total} bytes`);
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new EnvironmentError('DOWNLOAD_FAILED', `${url} could not be downloaded: ${reasonOf(cause)}`, { cause });
  }
}

/** File beside an unfinished download, with the ETag of the version that its bytes belong to. */
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

/** The range that a server sends: `content-range: bytes 100-199/200`. */
function partOf({ headers }: Response): { readonly start: number; readonly total: number | undefined } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), total: total === '*' ? undefined : Number(total) };
}

/** `undefined` for a compressed response: its length is that of the compressed bytes, and `fetch` decompresses them. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

/** The message of `fetch` is only "fetch failed"; the reason is in its cause. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { cause: inner } = cause;
  if (!(inner instanceof Error)) return cause.message;
  return inner.message || ('code' in inner ? String(inner.code) : cause.message);
}
