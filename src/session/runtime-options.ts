import os from 'node:os';
import { cacheRoot } from '../runtime/finding/cache.js';
import { findNodePackages, type NodePackages } from '../runtime/finding/node-packages.js';

/** Paths and environment of this machine. Other rooms get them as arguments. */
export function runtimeOptions(): {
  readonly cache: string;
  readonly packages: NodePackages;
  readonly program: URL;
  readonly env: NodeJS.ProcessEnv;
} {
  const { env, platform } = process;
  return {
    cache: cacheRoot({ platform, env, home: os.homedir() }),
    packages: findNodePackages(import.meta.url),
    program: new URL('../trainer/probe.js', import.meta.url),
    env,
  };
}
