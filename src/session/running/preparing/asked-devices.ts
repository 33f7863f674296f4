import { existsSync } from 'node:fs';
import type { StoredSweep } from '../../../core/trial/declaration.js';
import { SweepwrightError } from '../../../core/errors.js';
import { resolveDevices, type Device } from '../../../executor/hosts/devices.js';
import { knownSweep } from '../../../store/reading/find-sweep.js';
import type { SweepDefinition } from '../../../sweep/definition.js';
import { withReader } from '../../reading/with-reader.js';

/** The devices of a session. */
export interface AskedDevices {
  readonly devices: readonly Device[];
  /** The value of `--devices`, now or in an earlier session. */
  readonly flag: readonly string[] | undefined;
  readonly notes: readonly string[];
}

interface DeviceWish {
  readonly flag: readonly string[] | undefined;
  readonly definition: Pick<SweepDefinition, 'devices' | 'text'>;
  /** The sweep's last declaration in the database. */
  readonly recorded: Pick<StoredSweep, 'devices' | 'definition'> | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * The devices that `--devices` asks for, now or in the sweep's last session; else those of the sweep file. A changed file counts
 * again, and so does the file on a machine that lacks the devices of the last session.
 *
 * @throws as `resolveDevices` does
 */
export async function askedDevices({ flag, definition, recorded, environment }: DeviceWish): Promise<AskedDevices> {
  if (flag !== undefined) return { devices: await resolveDevices(flag, environment), flag, notes: [] };
  const declared = definition.devices === 'auto' ? ['auto'] : definition.devices;
  const before = recorded?.definition === definition.text ? recorded.devices : undefined;
  const ofFile = (): Promise<readonly Device[]> => resolveDevices(declared, environment);
  if (before === undefined || before.join() === declared.join())
    return { devices: await ofFile(), flag: before, notes: [] };
  const flagText = `--devices ${before.join(',')}`;
  try {
    const note = `${flagText}, as in the last session (--devices ${declared.join(',')} goes back to the sweep file)`;
    return { devices: await resolveDevices(before, environment), flag: before, notes: [note] };
  } catch (error) {
    if (!(error instanceof SweepwrightError)) throw error;
    const note = `${flagText} of the last session is not possible here: ${error.message}; the sweep file's devices are used`;
    return { devices: await ofFile(), flag: before, notes: [note] };
  }
}

/** The last declaration of a sweep; `undefined` if there is no database, or it does not have the sweep. Throws as `connect` does. */
export async function recordedSweep(db: string, name: string): Promise<StoredSweep | undefined> {
  return existsSync(db) ? withReader(db, (reader) => knownSweep(reader, name)) : undefined;
}
