import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '../../core/errors.js';
import { checkWheel } from './check-wheel.js';
import { pipDownload } from '../../platform/pip-download.js';
import { lastLines, type ProgramOutcome } from '../../platform/run-program.js';
import { diskFull, freeBytes } from '../finding/disk.js';
import { formatBytes } from '../../core/format.js';
import { parseWheelName, type WheelPin } from '../finding/pins.js';
import { prepareFolder, type Work } from './work.js';

/**
 * Path of the pinned wheel in the cache. Downloads it if it is missing, damaged or incomplete.
 */
export async function fetchWheel(pin: WheelPin, work: Work): Promise<string> {
  const { cache, steps } = work;
  const kept = path.join(cache.wheels, pin.file);
  await mkdir(cache.wheels, { recursive: true });
  if (await exists(kept)) {
    const damage = await checkWheel(kept, pin, work);
    if (damage === undefined) return kept;
    steps.say(`The wheel in the cache is damaged (${damage}); it is fetched again.`);
    await rm(kept);
  }
  for (let attempt = 1; ; attempt++) {
    const folder = await prepareFolder(work, 'wheel');
    try {
      const downloaded = await download(pin, folder, work);
      const damage = await checkWheel(downloaded, pin, work);
      if (damage === undefined) {
        await rename(downloaded, kept);
        return kept;
      }
      if (attempt === ATTEMPTS) throw damagedAgain(pin, damage);
      steps.say(`What arrived is damaged (${damage}); it is fetched again.`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

const ATTEMPTS = 2;

async function download(pin: WheelPin, folder: string, work: Work): Promise<string> {
  const { cache, env, steps, signal } = work;
  const { name, version, platforms } = parseWheelName(pin.file);
  await steps.run(
    `Fetching ${name} ${version} (${formatBytes(pin.bytes)})`,
    async (advance) => {
      const options = platformOptions(platforms);
      const outcome = await pipDownload(`${name}==${version}`, { folder, options, env, signal, onProgress: advance });
      if (outcome.status !== 'ok') throw await explainFailure(pin, cache.root, outcome);
    },
    pin.bytes,
  );
  const file = path.join(folder, pin.file);
  if (await exists(file)) return file;
  throw new EnvironmentError('DOWNLOAD_FAILED', `pip chose another file than ${pin.file}`, {
    hint: `The package index that pip is configured for offers another build. ${OFFLINE_HINT}`,
  });
}

function platformOptions(platforms: readonly string[]): string[] {
  return [
    ...['--only-binary=:all:', '--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311'],
    ...platforms.flatMap((platform) => ['--platform', platform]),
  ];
}

async function explainFailure(
  pin: WheelPin,
  folder: string,
  outcome: Exclude<ProgramOutcome, { status: 'ok' }>,
): Promise<EnvironmentError> {
  // pip has removed its half by now; it takes room for two while it copies the wheel from one place to another.
  const free = await freeBytes(folder);
  if (free < 2 * pin.bytes) return diskFull(folder, `${formatBytes(free)} are free, and ${pin.file} did not fit`);
  const output = outcome.status === 'missing' ? 'python3 is missing' : lastLines(outcome.errors);
  return new EnvironmentError('DOWNLOAD_FAILED', `pip could not download ${pin.file}:\n${output}`, {
    hint: OFFLINE_HINT,
  });
}

function damagedAgain(pin: WheelPin, damage: string): EnvironmentError {
  return new EnvironmentError('WHEEL_DAMAGED', `${pin.file} arrived damaged ${ATTEMPTS} times: ${damage}`, {
    hint: `Something between here and the package index changes what passes. ${OFFLINE_HINT}`,
  });
}

const OFFLINE_HINT =
  'Check the network and the proxy and index in pip\'s configuration ("python3 -m pip config list"). Without a network, ' +
  'run "sweep setup --wheel FILE" with the file brought from elsewhere, or "sweep setup --libtensorflow DIR".';

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
