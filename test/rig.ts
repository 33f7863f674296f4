import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command line as it is installed. */
export const CLI = fileURLToPath(new URL('../src/cli.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command line in a temporary folder of its own, as a user has it. */
export class Rig {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #running = new Set<Cli>();

  constructor(environment: NodeJS.ProcessEnv = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'sweepwright-'));
    this.#environment = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...environment };
  }

  /** Writes a file below the folder, its folders too; returns its absolute path. */
  write(path: string, content: string | Uint8Array): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Starts a command and leaves it running. */
  start(...args: readonly string[]): Cli {
    const child = spawn(process.execPath, [CLI, ...args], { cwd: this.folder, env: this.#environment });
    const cli = new Cli(child);
    this.#running.add(cli);
    void cli.ended.then(() => this.#running.delete(cli));
    return cli;
  }

  /** Runs a command to its end. */
  run(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Runs a query through `sweep sql` and returns its rows. */
  async rows(sql: string): Promise<Record<string, unknown>[]> {
    const { code, stdout, stderr } = await this.run('sql', sql, '--format', 'json');
    if (code !== 0) throw new Error(`sweep sql ended with ${String(code)}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>[];
  }

  /** Kills what still runs and removes the folder. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((cli) => cli.kill('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A command under way. */
export class Cli {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Waits until what was printed to stdout matches; fails with everything printed if the command ends first. */
  async until(pattern: RegExp): Promise<RegExpMatchArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      const more = await Promise.race([once(this.child.stdout, 'data'), this.ended]);
      if (!Array.isArray(more) && !pattern.test(this.stdout)) {
        throw new Error(`ended before ${String(pattern)} was printed\n${this.stdout}\n${this.stderr}`);
      }
    }
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}
