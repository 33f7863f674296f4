import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Runs a program of the folder `programs` in its own process, which is killed at the end of the test at the latest. */
export class Program {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  stdout = '';

  constructor(t: TestContext, name: string, args: readonly string[], command: readonly string[] = []) {
    const file = fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url));
    const [program, ...rest] = [...command, process.execPath, file, ...args];
    this.child = spawn(program!, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    t.after(() => this.kill());
  }

  /** Waits for a line on stdout. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const exited = once(this.child, 'exit');
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`ended before ${String(pattern)}: ${this.stdout}`);
      }
      await Promise.race([once(this.child.stdout, 'data'), exited]);
    }
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }
}
