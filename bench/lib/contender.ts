import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface ContenderOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * A program to measure, in its own process. It prints `ready {json}` after its first step. For each line `run N` on its
 * standard input it takes N steps and prints `ran {"ms": [...]}`, the time of each step. It waits between the lines, so
 * that several programs can be measured in turn on one machine.
 */
export class Contender {
  readonly name: string;
  /** Milliseconds from the start of the process to the end of its first step. */
  startMs = 0;
  /** The JSON object of its line `ready`. */
  facts: Readonly<Record<string, unknown>> = {};
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  static async start(options: ContenderOptions): Promise<Contender> {
    const contender = new Contender(options);
    const started = performance.now();
    contender.facts = await contender.#next('ready');
    contender.startMs = performance.now() - started;
    return contender;
  }

  private constructor({ name, command, args, environment = {} }: ContenderOptions) {
    this.name = name;
    this.#child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-4000)));
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** Takes `steps` steps. Returns the milliseconds of each. */
  async run(steps: number): Promise<readonly number[]> {
    this.#child.stdin!.write(`run ${steps}\n`);
    const { ms } = await this.#next('ran');
    return ms as number[];
  }

  /** Peak memory in MB. */
  peakMemory(): number {
    const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${this.#child.pid!}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin!.end();
    if (this.#child.exitCode === null) await ended;
  }

  async #next(word: string): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const { value, done } = (await this.#lines.next()) as IteratorResult<string, undefined>;
      if (done) throw new Error(`${this.name} ended before it printed "${word}":\n${this.#errors}`);
      if (value.startsWith(`${word} `)) return JSON.parse(value.slice(word.length + 1)) as Record<string, unknown>;
    }
  }
}
