import { access } from 'node:fs/promises';
import path from 'node:path';
import { hasAddon } from './addon.js';
import type { Source } from './choice.js';
import { requireSpace } from '../finding/disk.js';
import { formatBytes } from '../../core/format.js';
import type { Library } from '../finding/library.js';
import { findUnpacked } from './provide-library.js';
import { pinsOf, TENSORFLOW_VERSION, type WheelPin } from '../finding/pins.js';
import { requireTools, type Tool } from '../finding/tools.js';
import type { Work } from './work.js';

/**
 * Checks for the tools and the disk space that the next steps need, and prints what they download: a missing compiler must
 * show before an hour of downloading, not after. Throws `EnvironmentError`.
 */
export async function requireMeans(source: Source, work: Work): Promise<void> {
  const { cache, env, steps } = work;
  const library = source.kind === 'library' ? source.library : await findUnpacked(cache, source.flavour);
  const pins = source.kind === 'library' || library !== undefined ? [] : pinsOf(source.flavour);
  const given = source.kind === 'library' ? [] : source.wheels.map((wheel) => wheel.pin);
  const downloads = await missingWheels(pins, given, work);

  const tools: Tool[] = await toolsFor(library, downloads, work);
  await requireTools(tools, env);
  if (pins.length === 0) return;

  const download = sum(downloads, (pin) => pin.bytes);
  const unpacked = sum(pins, (pin) => pin.unpackedBytes);
  steps.say(
    `Setting up TensorFlow ${TENSORFLOW_VERSION} in ${cache.root}: ${formatBytes(download)} to download, ` +
      `${formatBytes(download + unpacked)} on disk.`,
  );
  // While pip copies a wheel from where it downloads to, the wheel is there twice.
  await requireSpace(cache.root, download + Math.max(0, ...downloads.map((pin) => pin.bytes)) + unpacked);
}

async function missingWheels(
  pins: readonly WheelPin[],
  given: readonly WheelPin[],
  { cache }: Work,
): Promise<readonly WheelPin[]> {
  const missing: WheelPin[] = [];
  for (const pin of pins) {
    if (given.includes(pin)) continue;
    await access(path.join(cache.wheels, pin.file)).catch(() => missing.push(pin));
  }
  return missing;
}

async function toolsFor(library: Library | undefined, downloads: readonly WheelPin[], work: Work): Promise<Tool[]> {
  if (library === undefined) return downloads.length > 0 ? ['g++', 'python3', 'pip'] : ['g++', 'python3'];
  return (await hasAddon(library, work)) ? [] : ['g++'];
}

const sum = (pins: readonly WheelPin[], of: (pin: WheelPin) => number): number =>
  pins.reduce((total, pin) => total + of(pin), 0);
