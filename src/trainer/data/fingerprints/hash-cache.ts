import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../../platform/replace-file.js';

/** State of a file: any write changes at least one of these fields. */
export interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** Resolution of file times: a second write within this time may keep the same time. */
const CLOCK_STEP_MS = 50;

/**
 * Content hashes of one folder's files, kept between runs in a file under `cacheDir/fingerprints`. The cache only saves time:
 * a damaged one counts as empty, and if it cannot be written, files are hashed again in the next run.
 */
export class HashCache {
  readonly #path: string;
  readonly #known: ReadonlyMap<string, Entry>;
  readonly #current = new Map<string, Entry>();
  /** Modification time of the cache file, by the file system's clock. */
  readonly #savedAtMs: number;
  #hits = 0;

  private constructor(path: string, known: ReadonlyMap<string, Entry>, savedAtMs: number) {
    this.#path = path;
    this.#known = known;
    this.#savedAtMs = savedAtMs;
  }

  /** Opens the cache of a folder, or of a single file, by its absolute path. Never throws. */
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

  /**
   * Hash of a file whose identity is unchanged; `undefined` also if it was written so late that a later write may keep
   * its times.
   */
  get(name: string, file: FileIdentity): string | undefined {
    const known = this.#known.get(name);
    const isRacy = file.ctimeMs > this.#savedAtMs - CLOCK_STEP_MS;
    if (isRacy || known?.identity !== spell(file)) return undefined;
    this.#hits++;
    this.#current.set(name, known);
    return known.hash;
  }

  /** Stores a hash. `file` is the state before the content was read. */
  set(name: string, file: FileIdentity, hash: string): void {
    this.#current.set(name, { identity: spell(file), hash });
  }

  /** Writes the entries used since `open`, if they differ from the file. Ignores write errors. */
  async save(): Promise<void> {
    if (this.#hits === this.#known.size && this.#hits === this.#current.size) return;
    const entries = Array.from(this.#current, ([name, { identity, hash }]) => [name, identity, hash]);
    try {
      await mkdir(join(this.#path, '..'), { recursive: true });
      const text = JSON.stringify(entries);
      await writeFileAtomically(this.#path, `${checksumOf(text)}\n${text}`);
    } catch {
      return;
    }
  }
}

interface Entry {
  readonly identity: string;
  readonly hash: string;
}

const spell = ({ size, mtimeMs, ctimeMs, ino }: FileIdentity): string => `${size} ${mtimeMs} ${ctimeMs} ${ino}`;

function parse(text: string): ReadonlyMap<string, Entry> {
  const end = text.indexOf('\n');
  const list = text.slice(end + 1);
  if (text.slice(0, end) !== checksumOf(list)) throw new TypeError('damaged');
  const entries: unknown = JSON.parse(list);
  if (!Array.isArray(entries)) throw new TypeError('not a list');
  return new Map(entries.filter(isEntry).map(([name, identity, hash]) => [name, { identity, hash }]));
}

/** A flipped bit may leave valid JSON with another hash, which would make the dataset another one. */
const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const isEntry = (entry: unknown): entry is [name: string, identity: string, hash: string] =>
  Array.isArray(entry) && entry.length === 3 && entry.every((part) => typeof part === 'string');
