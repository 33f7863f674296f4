import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What tells that a file has not been written since: any change moves at least one of these. */
export interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** File systems stamp times in steps; a write within this time of a hash might leave the stamp as it was. */
const CLOCK_STEP_MS = 50;

/**
 * Content hashes of one folder's files, remembered between runs in a file under `cacheDir/fingerprints`. It only saves
 * time: a damaged one reads as empty, and where it cannot be written everything works as before, slower.
 */
export class HashCache {
  readonly #path: string;
  readonly #known: ReadonlyMap<string, Entry>;
  readonly #current = new Map<string, Entry>();
  /** When the file was last written, by the file system's clock. */
  readonly #savedAtMs: number;
  #hits = 0;

  private constructor(path: string, known: ReadonlyMap<string, Entry>, savedAtMs: number) {
    this.#path = path;
    this.#known = known;
    this.#savedAtMs = savedAtMs;
  }

  /** `folder` is the absolute path of the folder, or of the one file, that the hashes are about. */
  static async open(cacheDir: string, folder: string): Promise<HashCache> {
    const path = join(
      cacheDir,
      'fingerprints',
      `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`,
    );
    try {
      const { mtimeMs } = await stat(path);
      return new HashCache(path, parse(await readFile(path, 'utf8')), mtimeMs);
    } catch {
      return new HashCache(path, new Map(), 0);
    }
  }

  /** The hash of a file whose identity is as it was, unless it was written so late that a later write could look the same. */
  get(name: string, file: FileIdentity): string | undefined {
    const known = this.#known.get(name);
    const isRacy = file.ctimeMs > this.#savedAtMs - CLOCK_STEP_MS;
    if (isRacy || known?.identity !== spell(file)) return undefined;
    this.#hits++;
    this.#current.set(name, known);
    return known.hash;
  }

  /** Remembers a hash; `file` as it was before its content was read. */
  set(name: string, file: FileIdentity, hash: string): void {
    this.#current.set(name, { identity: spell(file), hash });
  }

  /** Writes what was got or set since the opening, if that differs from what is there. */
  async save(): Promise<void> {
    if (this.#hits === this.#known.size && this.#hits === this.#current.size) return;
    const entries = Array.from(this.#current, ([name, { identity, hash }]) => [name, identity, hash]);
    const temporary = `${this.#path}.${randomUUID()}`;
    try {
      await mkdir(join(this.#path, '..'), { recursive: true });
      await writeFile(temporary, JSON.stringify(entries));
      await rename(temporary, this.#path);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}

interface Entry {
  readonly identity: string;
  readonly hash: string;
}

const spell = ({ size, mtimeMs, ctimeMs, ino }: FileIdentity): string => `${size} ${mtimeMs} ${ctimeMs} ${ino}`;

function parse(text: string): ReadonlyMap<string, Entry> {
  const entries: unknown = JSON.parse(text);
  if (!Array.isArray(entries)) throw new TypeError('a list was expected');
  return new Map(entries.filter(isEntry).map(([name, identity, hash]) => [name, { identity, hash }]));
}

const isEntry = (entry: unknown): entry is [name: string, identity: string, hash: string] =>
  Array.isArray(entry) && entry.length === 3 && entry.every((part) => typeof part === 'string');
