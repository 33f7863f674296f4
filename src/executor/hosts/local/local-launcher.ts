import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HostExit, HostLauncher, HostLink, HostListener, HostSpec } from '../host-launcher.js';
import type { HostReply, HostRequest } from '../messages.js';
import { countKernelKills } from '../../../platform/kernel-kills.js';
import { readLines } from './output-lines.js';

/** Starts hosts as child processes of this one, connected by Node's IPC channel. */
export class LocalLauncher implements HostLauncher {
  launch(spec: HostSpec, listener: HostListener): HostLink {
    return new ChildHost(spec, listener);
  }
}

const ENTRY = fileURLToPath(new URL(`./host-entry${extname(import.meta.url)}`, import.meta.url));
/** How long to wait for the rest of the output where another process has inherited it and keeps it open. */
const OUTPUT_GRACE_MS = 500;

class ChildHost implements HostLink {
  readonly pid: number | undefined;
  readonly started: Promise<void>;
  readonly exited: Promise<HostExit>;
  readonly #child: ChildProcess;
  readonly #kernelKills = countKernelKills();

  constructor({ slots, environment, hangTimeouts }: HostSpec, listener: HostListener) {
    this.#child = fork(ENTRY, [String(slots), JSON.stringify(hangTimeouts)], {
      env: environment,
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.pid = this.#child.pid;
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) readLines(stream, (line) => listener.onLine(line));
    }
    this.#child.on('message', (replies: readonly HostReply[]) => listener.onReplies(replies));
    this.#child.on('disconnect', () => listener.onDisconnect());
    this.started = new Promise((resolve) => this.#child.once('spawn', resolve));
    this.exited = this.#watchExit();
  }

  send(requests: readonly HostRequest[], onSent: () => void): void {
    this.#child.send(requests, () => onSent());
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #watchExit(): Promise<HostExit> {
    // `close` follows `exit` when the output ends, which is never while another process has it open.
    const outputEnded = new Promise((resolve) => this.#child.once('close', resolve));
    const exit = await new Promise<HostExit>((resolve) => {
      this.#child.once('exit', (status, signal) => resolve(this.#causeOf(status, signal)));
      this.#child.on('error', (error) => {
        // Of a running process it says that a message or a signal did not arrive; its exit says more.
        if (this.pid === undefined) resolve({ cause: 'not-started', reason: error.message });
      });
    });
    await Promise.race([outputEnded, sleep(OUTPUT_GRACE_MS, undefined, { ref: false })]);
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    return exit;
  }

  #causeOf(status: number | null, signal: NodeJS.Signals | null): HostExit {
    if (signal === null) return { cause: 'status', status: status ?? 0 };
    const outOfMemory = signal === 'SIGKILL' && countKernelKills() > this.#kernelKills;
    return outOfMemory ? { cause: 'out-of-memory' } : { cause: 'signal', signal };
  }
}
