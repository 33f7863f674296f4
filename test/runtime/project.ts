import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this file was compiled to, and the repository above. */
const compiled = fileURLToPath(new URL('../..', import.meta.url));
export const repository = path.dirname(path.resolve(compiled));

/** A copy of the program as `npm ci` leaves it: with every package, and without native TensorFlow. */
export interface Project {
  readonly root: string;
  /** The TensorFlow package's folder. */
  readonly tensorflow: string;
  /** Starts the real command line. */
  sweep(args: readonly string[], env?: NodeJS.ProcessEnv): Running;
  close(): Promise<void>;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when the text has been written; rejects when the program ends without it. */
  until(text: string): Promise<void>;
  readonly ended: Promise<{ readonly status: number | null; readonly output: string }>;
}

export async function createProject(env: NodeJS.ProcessEnv = {}): Promise<Project> {
  const root = await temporaryFolder('project');
  const modules = path.join(repository, 'node_modules');
  const scope = path.join('@tensorflow');
  const tensorflow = path.join(root, 'node_modules', scope, 'tfjs-node-gpu');
  await mkdir(path.dirname(tensorflow), { recursive: true });
  await linkAll(modules, path.join(root, 'node_modules'), scope);
  await linkAll(path.join(modules, scope), path.join(root, 'node_modules', scope), 'tfjs-node-gpu');
  for (const part of ['package.json', 'dist', 'binding']) {
    await cp(path.join(modules, scope, 'tfjs-node-gpu', part), path.join(tensorflow, part), { recursive: true });
  }
  await cp(path.join(compiled, 'src'), path.join(root, 'dist', 'src'), { recursive: true });
  await cp(path.join(repository, 'package.json'), path.join(root, 'package.json'));
  const cli = path.join(root, 'dist', 'src', 'cli.js');
  return {
    root,
    tensorflow,
    sweep: (args, more = {}) => start(process.execPath, [cli, ...args], root, { ...process.env, ...env, ...more }),
    close: () => rm(root, { recursive: true, force: true }),
  };
}

export const temporaryFolder = (name: string): Promise<string> =>
  mkdtemp(path.join(os.tmpdir(), `sweepwright-${name}-`));

export function start(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Running {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      child.emit('written');
    });
  }
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, output }));
  const until = async (text: string): Promise<void> => {
    const gone = ended.then(() => {
      if (!output.includes(text)) throw new Error(`ended without writing "${text}":\n${output}`);
    });
    while (!output.includes(text)) await Promise.race([once(child, 'written'), gone]);
  };
  return { child, until, ended };
}

async function linkAll(from: string, to: string, except: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (name !== except) await symlink(path.join(from, name), path.join(to, name));
  }
}
