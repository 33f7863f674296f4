import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cli, CLI, type Ended } from '../rig.js';
import type { Kill, Orders } from './orders.js';
import { diagnose, readTables, type Tables } from './tables.js';

/** Numbers of events in an undisturbed sweep: the ranges from which kills are drawn. */
export interface Events {
  /** Events of the main process when no trial is left to run. */
  readonly start: number;
  /** Events of the main process in a whole sweep. */
  readonly main: number;
  /** Events of all hosts in a whole sweep. */
  readonly hosts: number;
}

/** A kind of sweep to run with kills. */
export interface Scenario {
  readonly name: string;
  /** The sweep file. */
  readonly sweep: string;
}

export interface Run extends Ended {
  readonly kills: readonly Kill[];
  readonly hostPids: readonly number[];
  /** Numbers of events of the processes that were not killed. */
  readonly counts: { readonly main: number; readonly hosts: number };
}

const HOOK = new URL('./boundaries.js', import.meta.url).href;
const DATABASE = 'results/sweeps.duckdb';
const CHECKPOINTS = 'results/checkpoints/sweeps.duckdb';

/** One sweep in its own folder. */
export class Subject {
  readonly folder = mkdtempSync(join(tmpdir(), 'sweepwright-chaos-'));
  #runs = 0;

  constructor({ sweep }: Scenario) {
    writeFileSync(join(this.folder, 'sweep.yaml'), sweep);
  }

  /** Runs a command whose processes are killed according to `orders`. */
  async run(command: 'run' | 'resume', orders: Orders): Promise<Run> {
    const folder = join(this.folder, `orders-${++this.#runs}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'orders.json'), JSON.stringify(orders));
    const env = {
      ...process.env,
      NO_COLOR: '1',
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${HOOK}`.trim(),
      CHAOS_FOLDER: folder,
    };
    const args = command === 'run' ? ['run', 'sweep.yaml'] : ['resume'];
    const child = spawn(process.execPath, [CLI, ...args, '--quiet'], { cwd: this.folder, env });
    const ended = await new Cli(child).ended;
    const names = readdirSync(folder);
    const numbersIn = (prefix: string): number[] =>
      names.filter((name) => name.startsWith(prefix)).map((name) => Number(readFileSync(join(folder, name), 'utf8')));
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    return {
      ...ended,
      kills: names.includes('kills.jsonl') ? readKills(join(folder, 'kills.jsonl')) : [],
      hostPids: numbersIn('host-'),
      counts: { main: sum(numbersIn('count-main')), hosts: sum(numbersIn('count-host')) },
    };
  }

  tables(): Promise<Tables> {
    return readTables(join(this.folder, DATABASE), join(this.folder, CHECKPOINTS));
  }

  diagnose(): Promise<string[]> {
    return diagnose(join(this.folder, DATABASE), join(this.folder, CHECKPOINTS));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const readKills = (file: string): Kill[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Kill);
