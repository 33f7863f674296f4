import { setTimeout as sleep } from 'node:timers/promises';
import { EnvironmentError, type SerializedError } from '../../core/errors.js';
import type { EventSink } from '../../core/trial/events.js';
import type { HostEvent } from '../scheduling/event-parts.js';
import type { Isolation } from '../scheduling/failure-rules.js';
import { RwLock } from '../scheduling/rw-lock.js';
import type { Shutdown, ShutdownLevel } from '../scheduling/shutdown.js';
import { deviceName, nameOnNode } from './devices.js';
import { Host, type HostOptions } from './host.js';

/** How many starts of a host may fail, one after another, before the sweep ends. */
const MAX_START_FAILURES = 3;
/** Doubled with each further failure in a row. */
const START_BACKOFF_MS = 250;

export interface HostSupervisorOptions {
  readonly host: Omit<HostOptions, 'onWaiting'>;
  /** Shared by all hosts of the device. */
  readonly deviceLock: RwLock;
  readonly sink: EventSink;
  readonly shutdown: Shutdown;
  readonly now: () => number;
}

/** Keeps one host running on a device: starts it when it is first needed, and replaces it when it is lost. */
export class HostSupervisor {
  /** See `deviceName`. */
  readonly device: string;
  /** See `nameOnNode`: what the trainer is told. */
  readonly nameOnNode: string;
  readonly #options: HostSupervisorOptions;
  readonly #hostLock = new RwLock();
  /** The latest host, ready or not; `undefined` once it has ended. */
  #host: Host | undefined;
  /** Shared by all slots that wait for the host. */
  #ready: Promise<Host | undefined> | undefined;
  #lossReported: Promise<void> | undefined;
  /** The host that `renew` closes: its end is no loss. */
  #renewed: Host | undefined;
  #closing = false;

  constructor(options: HostSupervisorOptions) {
    this.#options = options;
    this.device = deviceName(options.host.spec.device);
    this.nameOnNode = nameOnNode(options.host.spec.device);
    options.shutdown.onChange((level) => this.#shutDown(level));
  }

  /** Waits until an attempt may run with this isolation. Resolves with the function to call when it has ended. */
  async enter(isolation: Isolation): Promise<() => void> {
    const releaseHost = await this.#hostLock.acquire({ exclusive: isolation !== 'none' });
    // No deadlock: while an attempt waits here it holds no device lock, so the attempts that do can end and release theirs.
    const releaseDevice = await this.#options.deviceLock.acquire({ exclusive: isolation === 'exclusive-on-device' });
    return () => {
      releaseDevice();
      releaseHost();
    };
  }

  /** Ends the host, which must be idle, to free its memory; the next attempt gets a new host. */
  async renew(): Promise<void> {
    const host = this.#host;
    if (host === undefined) return;
    this.#renewed = host;
    await host.close();
    await this.#lossReported;
  }

  /** The host, as soon as it is ready; `undefined` where the sweep ends before. Never rejects. */
  get(): Promise<Host | undefined> {
    return (this.#ready ??= this.#start());
  }

  /** Closes the host, gently at first. Safe to call twice. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#host?.close();
    await this.#lossReported;
  }

  async #start(): Promise<Host | undefined> {
    const { host: hostOptions, shutdown } = this.#options;
    for (let failures = 0; !shutdown.reached('stopping');) {
      const host = new Host({ ...hostOptions, onWaiting: (reason) => void this.#reportWaiting(reason) });
      this.#host = host;
      if (await host.ready) {
        this.#lossReported = this.#reportLoss(host, 'aborting');
        await this.#emit({ type: 'host-started', ...this.#identityOf(host), machine: host.machine! });
        return host;
      }
      await this.#reportLoss(host, 'stopping');
      failures++;
      if (failures === MAX_START_FAILURES) shutdown.reach('stopping', { error: startFailure(await host.ended) });
      else await sleep(START_BACKOFF_MS * 2 ** (failures - 1));
    }
    return undefined;
  }

  #reportWaiting(reason: string): Promise<void> {
    return this.#emit({ type: 'host-waiting', device: this.device, reason });
  }

  /** Waits for a host's end and reports it as a loss, unless the sweep's shutdown has reached `intendedFrom`. */
  async #reportLoss(host: Host, intendedFrom: ShutdownLevel): Promise<void> {
    const error = await host.ended;
    if (this.#host === host) this.#host = undefined;
    if (host.wasReady) this.#ready = undefined;
    if (this.#closing || host === this.#renewed || this.#options.shutdown.reached(intendedFrom)) return;
    await this.#emit({ type: 'host-lost', ...this.#identityOf(host), error });
  }

  #identityOf({ node, pid }: Host): Pick<Extract<HostEvent, { readonly pid: unknown }>, 'device' | 'node' | 'pid'> {
    return { device: this.device, node, pid };
  }

  async #emit(event: HostEvent): Promise<void> {
    const { sink, shutdown, now } = this.#options;
    try {
      await sink.emit({ ...event, at: now() });
    } catch (error) {
      shutdown.reach('aborting', { error });
    }
  }

  #shutDown(level: ShutdownLevel): void {
    switch (level) {
      case 'stopping':
        // A host that is not ready has no trial, and gets none any more.
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
