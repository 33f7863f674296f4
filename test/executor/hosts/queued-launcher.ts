import type {
  HostExit,
  HostLauncher,
  HostLink,
  HostListener,
  HostSpec,
} from '../../../src/executor/hosts/host-launcher.js';
import { LocalLauncher } from '../../../src/executor/hosts/local/local-launcher.js';

/**
 * Starts hosts as a cluster does: each waits in a queue until the test lets it run, then runs on the node of its device. In
 * truth all of them run on this machine.
 */
export class QueuedLauncher implements HostLauncher {
  readonly #local = new LocalLauncher();
  readonly #machineFound: Promise<void>;

  /** @param machineFound - hosts wait until it resolves */
  constructor(machineFound: Promise<void>) {
    this.#machineFound = machineFound;
  }

  launch(spec: HostSpec, listener: HostListener): HostLink {
    return new QueuedHost(spec, listener, { launcher: this.#local, machineFound: this.#machineFound });
  }
}

class QueuedHost implements HostLink {
  readonly started: Promise<void>;
  readonly exited: Promise<HostExit>;
  #running: HostLink | undefined;
  #withdraw!: (exit: HostExit) => void;

  constructor(
    spec: HostSpec,
    listener: HostListener,
    { launcher, machineFound }: { readonly launcher: HostLauncher; readonly machineFound: Promise<void> },
  ) {
    listener.onWaiting('waits for resources');
    const withdrawn = new Promise<HostExit>((resolve) => (this.#withdraw = resolve));
    const { node } = spec.device;
    const run = async (): Promise<HostLink | undefined> => {
      const isWithdrawn = await Promise.race([withdrawn.then(() => true), machineFound.then(() => false)]);
      if (isWithdrawn) return undefined;
      this.#running = launcher.launch(spec, {
        ...{ onWaiting: (reason) => listener.onWaiting(reason), onLine: (line) => listener.onLine(line) },
        onDisconnect: () => listener.onDisconnect(),
        onReplies: (replies) =>
          listener.onReplies(
            replies.map((reply) => (reply.type === 'ready' && node !== undefined ? { ...reply, node } : reply)),
          ),
      });
      return this.#running;
    };
    const running = run();
    this.started = running.then((link) => link?.started ?? new Promise<void>(() => undefined));
    this.exited = running.then((link) => link?.exited ?? withdrawn);
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  send(...[requests, onSent]: Parameters<HostLink['send']>): void {
    if (this.#running === undefined) onSent();
    else this.#running.send(requests, onSent);
  }

  kill(): void {
    this.#withdraw({ cause: 'not-started', reason: 'withdrawn from the queue' });
    this.#running?.kill();
  }
}
