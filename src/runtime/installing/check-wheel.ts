import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../core/errors.js';
import { allPins, parseWheelName, type Flavour, type WheelPin } from '../finding/pins.js';
import type { Work } from './work.js';

/** Describes how a file differs from the pinned wheel; `undefined` if they are equal. */
export async function checkWheel(file: string, pin: WheelPin, { steps, signal }: Work): Promise<string | undefined> {
  const { size } = await stat(file);
  if (size !== pin.bytes) return `${size} bytes instead of ${pin.bytes}`;
  const sha256 = await steps.run(
    `Checking ${parseWheelName(pin.file).name}`,
    (advance) => hashFile(file, advance, signal),
    size,
  );
  return sha256 === pin.sha256 ? undefined : `SHA-256 ${sha256} instead of ${pin.sha256}`;
}

/** A file that the user names as a wheel. */
export interface GivenWheel {
  readonly file: string;
  readonly pin: WheelPin;
  readonly flavour: Flavour;
}

/** Identifies a pinned wheel by its content, as the file may have been renamed. Throws `InputError` if it is none of them. */
export async function recogniseWheel(file: string, work: Work): Promise<GivenWheel> {
  const absolute = path.resolve(file);
  const stats = await access(absolute, constants.R_OK)
    .then(() => stat(absolute))
    .catch(() => undefined);
  if (stats?.isFile() !== true) {
    throw new InputError('WHEEL_NOT_FOUND', `there is no file ${absolute} that can be read`, {
      hint: 'Check what follows --wheel.',
    });
  }
  for (const { arch, flavour, pin } of allPins()) {
    if (pin.bytes !== stats.size || (await checkWheel(absolute, pin, work)) !== undefined) continue;
    if (arch === process.arch) return { file: absolute, pin, flavour };
    throw new InputError('WHEEL_FOR_OTHER_MACHINE', `${absolute} is ${pin.file}, which is for ${arch} processors`, {
      hint: `This machine needs ${wheelNames()}.`,
    });
  }
  throw new InputError('WHEEL_UNKNOWN', `${absolute} is none of the wheels that this version works with`, {
    hint: `By size and SHA-256 it has to be, unchanged, one of: ${wheelNames()}. Another TensorFlow goes with --libtensorflow DIR.`,
  });
}

function wheelNames(): string {
  return [...allPins()]
    .filter(({ arch }) => arch === process.arch)
    .map(({ pin }) => pin.file)
    .join(', ');
}

async function hashFile(file: string, advance: (done: number) => void, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    advance(done);
  }
  return hash.digest('hex');
}
