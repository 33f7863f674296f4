import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export interface Finished {
  readonly stdout: string;
  /** Wall time. */
  readonly seconds: number;
  /** Processor time of the command and all of its processes. */
  readonly cpuSeconds: number;
  /** Peak memory of the command's own process in MB. */
  readonly peakMb: number;
}

/** Prints the resources that a process and its children used; `/usr/bin/env time` is not on every machine. */
const WRAPPER = `
import json, resource, subprocess, sys, time
started = time.time()
process = subprocess.Popen(sys.argv[1:])
status = process.wait()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"seconds": time.time() - started, "cpuSeconds": used.ru_utime + used.ru_stime, "peakMb": used.ru_maxrss / 1024}), file=sys.stderr)
sys.exit(status)
`;

/** Runs a program to its end and measures it. Rejects if it fails. */
export function measure(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', ['-c', WRAPPER, command, ...args], { env: { ...process.env, ...environment } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => {
      if (status !== 0)
        return reject(new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr.slice(-4000)}`));
      resolve({ stdout, ...(JSON.parse(stderr.trimEnd().split('\n').at(-1)!) as Omit<Finished, 'stdout'>) });
    });
  });
}

/** Runs our own command line to its end. */
export const sweep = (...args: readonly string[]): Promise<Finished> => measure(process.execPath, [CLI, ...args]);

/** Rows of a query on a database. */
export async function rowsOf(database: string, query: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { stdout } = await sweep('sql', query, '--format', 'json', '--db', database);
  return JSON.parse(stdout) as Readonly<Record<string, unknown>>[];
}
