import type { Device } from './devices.js';
import type { HostReply, HostRequest } from './messages.js';
import type { HangTimeouts } from './watchdog.js';

/**
 * Starts hosts: as processes of this machine (`local/`) or, say, as jobs of a cluster. An implementation is a folder beside
 * `local/`, handed in as `ExecutorOptions.hosts.launcher`; test/executor/hosts/launcher-conformance.ts is its contract as a test.
 */
export interface HostLauncher {
  /** Begins to start a host. Never throws: a host that cannot be started exits with the cause `not-started`. */
  launch(spec: HostSpec, listener: HostListener): HostLink;
}

export interface HostSpec {
  readonly device: Device;
  /** Trials that the host trains at a time, each in a thread of its own. */
  readonly slots: number;
  /** The whole environment of the process, from `hostEnvironment`. */
  readonly environment: NodeJS.ProcessEnv;
  readonly hangTimeouts: HangTimeouts;
}

/** Called as things happen; never after `HostLink.exited` has resolved. */
export interface HostListener {
  /** The host has no machine yet; `reason` is for people. Called again where the reason changes. */
  onWaiting(reason: string): void;
  onReplies(replies: readonly HostReply[]): void;
  /** One line of the host's output, without its line end. */
  onLine(line: string): void;
  /** No message reaches the host any more. */
  onDisconnect(): void;
}

/** The connection to one host, from its launch to its exit. */
export interface HostLink {
  /** Process id on its node; `undefined` where the launcher does not know it (the `ready` message tells it too). */
  readonly pid: number | undefined;
  /** Resolves when the host has a machine and its process starts. Stays pending where the host exits before. */
  readonly started: Promise<void>;
  /** Resolves after the host's last message and its last line of output. Never rejects. */
  readonly exited: Promise<HostExit>;
  /** Sends messages in order. `onSent` is called when they are on their way, or cannot be sent any more. */
  send(requests: readonly HostRequest[], onSent: () => void): void;
  /** Ends the host at once, as SIGKILL does, or withdraws it while it waits for a machine. Safe to call twice. */
  kill(): void;
}

/** Why a host exited. */
export type HostExit =
  | { readonly cause: 'not-started'; readonly reason: string }
  | { readonly cause: 'status'; readonly status: number }
  /** `SIGKILL` includes that of `HostLink.kill`. */
  | { readonly cause: 'signal'; readonly signal: string }
  /** The operating system or the cluster ended it because memory ran out. */
  | { readonly cause: 'out-of-memory' }
  /** The machine or its scheduler took it away; `reason` is for people. */
  | { readonly cause: 'preempted'; readonly reason: string };
