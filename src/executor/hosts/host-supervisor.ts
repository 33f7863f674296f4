import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError, type SerializedError } from '../../core/errors.js';
import type { EventSink } from '../../core/events.js';
import type { Shutdown, ShutdownLevel } from '../scheduling/shutdown.js';
import type { HostEvent } from '../scheduling/event-parts.js';
import type { FailureRule } from '../scheduling/failure-rules.js';
import { Host, type HostOptions } from './host.js';
import { RwLock } from '../scheduling/rw-lock.js';

/** A host that cannot start does not come to life by being tried for ever. */
const MAX_START_FAILURES = 3;
/** Doubled with each further failure in a row. */
const START_BACKOFF_MS = 250;

export interface HostSupervisorOptions {
  readonly host: HostOptions;
  /** Shared by all hosts of the device. */
  readonly deviceLock: RwLock;
  readonly sink: EventSink;
  readonly shutdown: Shutdown;
  readonly now: () => number;
}

/** Keeps one device supplied with a host: starts it when it is first needed, and another one when it is lost. */
export class HostSupervisor {
  readonly #options: HostSupervisorOptions;
  readonly #lock = new RwLock();
  /** The host of the moment, ready or not. */
  #host: Host | undefined;
  /** What all slots wait for that need it. */
  #ready: Promise<Host | undefined> | undefined;
  #lossTold: Promise<void> | undefined;
  /** The host whose end is our own doing. */
  #renewed: Host | undefined;
  #closing = false;

  constructor(options: HostSupervisorOptions) {
    this.#options = options;
    options.shutdown.onChange((level) => this.#end(level));
  }

  get device(): string {
    return this.#options.host.device;
  }

  /**
   * Lets an attempt in: beside others, or with nobody else in this host or on the whole device. Resolves with the function
   * to call on leaving.
   */
  async enter(isolation: Isolation): Promise<() => void> {
    const leaveHost = await this.#lock.acquire({ exclusive: isolation !== 'none' });
    // Whoever waits here holds his host's lock and nothing of the device: those inside can always leave.
    const leaveDevice = await this.#options.deviceLock.acquire({ exclusive: isolation === 'exclusive-on-device' });
    return () => {
      leaveDevice();
      leaveHost();
    };
  }

  /** Ends the host while nobody trains in it, to have its memory back; the next one who needs a host gets a new one. */
  async renew(): Promise<void> {
    const host = this.#host;
    if (host === undefined) return;
    this.#renewed = host;
    await host.close();
    await this.#lossTold;
  }

  /** The host as soon as it is ready; undefined where the sweep ends instead. Never rejects. */
  get(): Promise<Host | undefined> {
    return (this.#ready ??= this.#start());
  }

  /** Closes the host, gently at first. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#host?.close();
    await this.#lossTold;
  }

  async #start(): Promise<Host | undefined> {
    const { host: hostOptions, shutdown } = this.#options;
    for (let failures = 0; !shutdown.reached('stopping');) {
      const host = new Host(hostOptions);
      this.#host = host;
      if (await host.ready) {
        this.#lossTold = this.#tellLoss(host, 'aborting');
        await this.#emit({ type: 'host-started', device: hostOptions.device, node: host.node, pid: host.pid });
        return host;
      }
      await this.#tellLoss(host, 'stopping');
      failures++;
      if (failures === MAX_START_FAILURES) shutdown.reach('stopping', { error: startFailure(await host.ended) });
      else await sleep(START_BACKOFF_MS * 2 ** (failures - 1));
    }
    return undefined;
  }

  /** Waits for a host's end and tells of it, where it is not the sweep's own doing: from the level `wantedFrom` on it is. */
  async #tellLoss(host: Host, wantedFrom: ShutdownLevel): Promise<void> {
    const { host: hostOptions, shutdown } = this.#options;
    const error = await host.ended;
    if (this.#host === host) this.#host = undefined;
    if (host.wasReady) this.#ready = undefined;
    if (this.#closing || host === this.#renewed || shutdown.reached(wantedFrom)) return;
    await this.#emit({ type: 'host-lost', device: hostOptions.device, node: host.node, pid: host.pid, error });
  }

  async #emit(event: HostEvent): Promise<void> {
    const { sink, shutdown, now } = this.#options;
    try {
      await sink.emit({ ...event, at: now() });
    } catch (error) {
      shutdown.reach('aborting', { error });
    }
  }

  #end(level: ShutdownLevel): void {
    switch (level) {
      case 'stopping':
        // Nobody waits any more for a host that is not ready.
        if (this.#host?.wasReady === false) this.#host.kill();
        return;
      case 'aborting':
        this.#host?.abort();
        void this.#host?.close();
        return;
      case 'killed':
        this.#host?.kill();
        return;
      case 'none':
        return;
      default:
        level satisfies never;
    }
  }
}

function startFailure({ message, stack }: SerializedError): EnvironmentError {
  const output = stack === '' ? '' : `\n${stack}`;
  return new EnvironmentError('HOST_START_FAILED', `no host process can be started: ${message}${output}`, {
    hint: 'Run `sweep doctor`; it tries each device and says what is missing.',
  });
}
