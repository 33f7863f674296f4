import path from 'node:path';

/** Folders of the cache. The cache can be deleted at any time; the next set-up creates it again. */
export interface Cache {
  readonly root: string;
  /** Wheels as they were downloaded. */
  readonly wheels: string;
  /** Unpacked libraries, one folder for each version and flavour. */
  readonly tensorflow: string;
  /** Built addons, one folder for each combination of library, sources and flags. */
  readonly addons: string;
  /** Work in progress. The next set-up deletes what an interrupted one left there. */
  readonly unfinished: string;
  readonly lock: string;
  /** The user's last choice, for the next set-up without flags. */
  readonly choice: string;
}

export function cacheAt(root: string): Cache {
  return {
    root,
    wheels: path.join(root, 'wheels'),
    tensorflow: path.join(root, 'tensorflow'),
    addons: path.join(root, 'addons'),
    unfinished: path.join(root, 'unfinished'),
    lock: path.join(root, 'setup.lock'),
    choice: path.join(root, 'choice.json'),
  };
}

/** The user's cache folder for this program: SWEEPWRIGHT_CACHE, or where the platform keeps caches. */
export function cacheRoot(machine: {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}): string {
  const { platform, env, home } = machine;
  const chosen = env['SWEEPWRIGHT_CACHE'];
  if (chosen) return path.resolve(chosen);
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'sweepwright');
  const xdg = env['XDG_CACHE_HOME'];
  // A relative XDG_CACHE_HOME is to be ignored (XDG Base Directory Specification).
  return path.join(xdg && path.isAbsolute(xdg) ? xdg : path.join(home, '.cache'), 'sweepwright');
}
