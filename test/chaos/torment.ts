import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomInt, seededRandom, type Random } from '../../src/core/random.js';
import type { Kill, Orders } from './orders.js';
import { Subject, type Events, type Run, type Scenario } from './subject.js';
import { differences, type Tables } from './tables.js';

/** The result of a scenario without kills. */
export interface Reference {
  readonly scenario: Scenario;
  readonly tables: Tables;
  readonly events: Events;
}

export interface Outcome {
  readonly kills: readonly Kill[];
  /** All differences from the expected result. */
  readonly wrong: readonly string[];
}

/** After this many runs with kills, the next run is undisturbed and must finish. */
const MAX_RUNS = 10;
/** Most hosts killed in one run: three that never become ready would rightly end the sweep. */
const MAX_HOSTS = 4;
/** Kills come within these shares of a sweep's events, so that a sweep takes several, and hosts die before the main process. */
const MAIN_SHARE = 0.35;
const HOST_SHARE = 0.15;

const NO_KILLS: Orders = { main: 0, hosts: [] };

/** Runs a sweep without kills, then once more when no trial is left, and counts the events. */
export async function observe(scenario: Scenario): Promise<Reference> {
  const subject = new Subject(scenario);
  try {
    const whole = await subject.run('run', NO_KILLS);
    if (whole.code !== 0) throw new Error(`${scenario.name} does not run at all:\n${whole.stdout}${whole.stderr}`);
    const idle = await subject.run('resume', NO_KILLS);
    const { main, hosts } = whole.counts;
    return { scenario, tables: await subject.tables(), events: { start: idle.counts.main, main, hosts } };
  } finally {
    subject.close();
  }
}

/** Runs a sweep, killing it and its hosts, and resumes it until it is finished; compares its result with the reference. */
export async function torment(
  { scenario, tables, events }: Reference,
  labels: readonly [number, ...(string | number)[]],
): Promise<Outcome> {
  const [seed, ...rest] = labels;
  const random = seededRandom(seed, 'torment', ...rest);
  const subject = new Subject(scenario);
  const kills: Kill[] = [];
  const wrong: string[] = [];
  const pids: number[] = [];
  try {
    for (let runs = 0, finished = false; !finished; runs++) {
      const orders = runs < MAX_RUNS ? drawOrders(random, events) : NO_KILLS;
      // `resume` fails if the sweep was not recorded before the kill; `run` works in any case.
      const command = runs > 0 && random() < 0.5 ? 'resume' : 'run';
      const run = await subject.run(command, orders);
      kills.push(...run.kills);
      pids.push(...run.hostPids);
      finished = run.code === 0;
      const oddity = judge(run, command);
      if (oddity !== undefined) wrong.push(`${command} with ${JSON.stringify(orders)}: ${oddity}`);
      if (runs > MAX_RUNS) throw new Error('a sweep without kills does not finish');
    }
    wrong.push(...(await subject.diagnose()), ...differences(await subject.tables(), tables));
    wrong.push(...(await survivors(pids, subject.folder)).map((pid) => `host ${pid} still runs`));
  } catch (error) {
    wrong.push(String(error));
  } finally {
    subject.close();
  }
  return { kills, wrong };
}

/** Early: a kill while the main process starts. Otherwise one or more hosts are killed, and the main process at any time or never. */
function drawOrders(random: Random, { start, main, hosts }: Events): Orders {
  const within = (count: number, share: number): number => 1 + randomInt(random, Math.ceil(count * share));
  if (random() < 0.2) return { main: 1 + randomInt(random, start), hosts: [] };
  const deaths = Array.from({ length: randomInt(random, MAX_HOSTS) }, () => within(hosts, HOST_SHARE));
  return { main: random() < 0.3 ? 0 : start + within(main - start, MAIN_SHARE), hosts: deaths };
}

/** What is wrong with the end of a run; `undefined` if it finished, or ended only because of our kills. */
function judge({ code, signal, stdout, stderr, kills }: Run, command: 'run' | 'resume'): string | undefined {
  const said = `${stdout}${stderr}`;
  if (/^ {4}at .*:\d+:\d+/m.test(said)) return `prints a stack trace:\n${said}`;
  if (signal === 'SIGKILL' && kills.some(({ role }) => role === 'main')) return undefined;
  if (code === 0) return undefined;
  const neverBegun = command === 'resume' && code === 2 && /no results yet|no sweep/.test(said);
  const hostsNeverReady = code === 1 && said.includes('no host process can be started');
  return neverBegun || hostsNeverReady ? undefined : `ends with ${code ?? signal}:\n${said}`;
}

const LONGEST_END_MS = 10_000;

/** Hosts that still run after the main process is gone. A busy host notices that only after its current computation. */
async function survivors(pids: readonly number[], folder: string): Promise<number[]> {
  for (let waited = 0; ; waited += 100) {
    const alive = pids.filter((pid) => isHost(pid, folder));
    if (alive.length === 0 || waited >= LONGEST_END_MS) return alive;
    await sleep(100);
  }
}

/** Whether this process id belongs to a running process of this sweep: the system reuses process ids. */
function isHost(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
