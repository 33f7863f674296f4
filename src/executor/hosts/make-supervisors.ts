import type { EventSink } from '../../core/trial/events.js';
import type { HostSetup } from '../executor-options.js';
import { deviceName } from './devices.js';
import { hostEnvironment } from './host-environment.js';
import { HostSupervisor } from './host-supervisor.js';
import { LocalLauncher } from './local/local-launcher.js';
import { DEFAULT_HANG_TIMEOUTS } from './watchdog.js';
import { RwLock } from '../scheduling/rw-lock.js';
import type { Shutdown } from '../scheduling/shutdown.js';

export const DEFAULT_CLOSE_TIMEOUT_MS = 5_000;
const DEFAULT_START_TIMEOUT_MS = 60_000;

export interface SupervisorParts {
  /** Of TensorFlow, for each slot. */
  readonly threads: number;
  readonly sink: EventSink;
  readonly shutdown: Shutdown;
  readonly now: () => number;
}

/** A supervisor for each of the devices; those of the same device share its lock. */
export function makeSupervisors(setup: HostSetup, { threads, ...parts }: SupervisorParts): readonly HostSupervisor[] {
  const { devices, slots, environment, verbose, launcher = new LocalLauncher(), onOutput } = setup;
  const { startTimeoutMs = DEFAULT_START_TIMEOUT_MS, closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = setup;
  const hangTimeouts = { ...DEFAULT_HANG_TIMEOUTS, ...setup.hangTimeouts };
  const locks = new Map(devices.map((device) => [deviceName(device), new RwLock()]));
  return devices.map((device) => {
    const name = deviceName(device);
    return new HostSupervisor({
      host: {
        launcher,
        spec: {
          device,
          slots,
          environment: hostEnvironment(device, { environment, slots, threads, verbose }),
          hangTimeouts,
        },
        startTimeoutMs,
        closeTimeoutMs,
        onOutput: (line) => onOutput?.(name, line),
      },
      deviceLock: locks.get(name)!,
      ...parts,
    });
  });
}
