/**
 * Preloaded (`node --import`) into every process of a sweep: counts the process's operations on files, messages and the
 * database, and kills it with SIGKILL at the event that `orders.json` names. Each call is an event before it and one after it; a
 * call that returns a promise is one more event while it runs.
 */
import { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import Module, { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';
import { getEnvironmentData, isMainThread, MessagePort, setEnvironmentData } from 'node:worker_threads';
import type * as DuckDB from '@duckdb/node-api';
import type { Kill, Orders } from './orders.js';

type Method = (this: unknown, ...values: unknown[]) => unknown;

const FOLDER = process.env['CHAOS_FOLDER'];
const COUNT = 0;
const FATAL = 1;
/** Longest delay of a kill during an operation, in milliseconds; random, so that kills come at different points of it. */
const DEPTHS_MS = [0, 0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6];

const { appendFileSync, openSync, readFileSync, writeFileSync, writeSync, closeSync } = fs;
// Only hosts have worker threads; a thread's `argv[1]` is not the host's entry.
const role = isMainThread && basename(process.argv[1] ?? '') !== 'host-entry.js' ? 'main' : 'host';
const inherited = getEnvironmentData('chaos');
if (FOLDER !== undefined && (isMainThread || inherited instanceof SharedArrayBuffer)) {
  const numbers = new Int32Array(
    inherited instanceof SharedArrayBuffer ? inherited : new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
  );
  if (isMainThread) {
    setEnvironmentData('chaos', numbers.buffer);
    numbers[FATAL] = takeOrder(FOLDER);
    process.on('exit', () => writeFileSync(join(FOLDER, `count-${role}-${process.pid}`), String(numbers[COUNT])));
  }
  await watch((boundary) => {
    const event = Atomics.add(numbers, COUNT, 1) + 1;
    if (event !== Atomics.load(numbers, FATAL)) return;
    const depth = boundary.startsWith('during') ? DEPTHS_MS[event % DEPTHS_MS.length]! : 0;
    for (const until = performance.now() + depth; performance.now() < until;);
    const kill: Kill = { role, pid: process.pid, event, boundary };
    appendFileSync(join(FOLDER, 'kills.jsonl'), `${JSON.stringify(kill)}\n`);
    process.kill(process.pid, 'SIGKILL');
    for (;;);
  });
}

/** Number of the event that kills this process; 0 for none. Each host takes one order, in the order in which hosts start. */
function takeOrder(folder: string): number {
  const { main, hosts } = JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8')) as Orders;
  if (role === 'main') return main;
  for (let turn = 0; ; turn++) {
    try {
      const claim = openSync(join(folder, `host-${turn}`), 'wx');
      writeSync(claim, String(process.pid));
      closeSync(claim);
      return hosts[turn] ?? 0;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function watch(cross: (boundary: string) => void): Promise<void> {
  const instrument = (owner: object, kind: string, ...names: readonly string[]): void => {
    const methods = owner as Record<string, Method>;
    for (const name of names) {
      const original = methods[name]!;
      const label = `${kind}.${name}`;
      methods[name] = function (...values) {
        cross(`before ${label}`);
        const result = Reflect.apply(original, this, values);
        if (!(result instanceof Promise)) {
          cross(`after ${label}`);
          return result;
        }
        cross(`during ${label}`);
        return result.finally(() => cross(`after ${label}`));
      };
    }
  };

  const handle = await fs.promises.open(process.execPath);
  instrument(Object.getPrototypeOf(handle) as object, 'file', 'write', 'writeFile', 'sync', 'truncate', 'close');
  await handle.close();
  instrument(
    fs.promises,
    'fs.promises',
    ...['open', 'writeFile', 'appendFile', 'rename', 'rm', 'rmdir', 'unlink', 'mkdir', 'link', 'stat', 'readdir'],
  );
  instrument(
    fs,
    'fs',
    ...['openSync', 'writeSync', 'writeFileSync', 'appendFileSync', 'renameSync', 'rmSync', 'unlinkSync', 'mkdirSync'],
    ...['linkSync', 'fsyncSync'],
  );
  syncBuiltinESMExports();

  instrument(ChildProcess.prototype, 'child', 'send');
  instrument(MessagePort.prototype, 'port', 'postMessage');
  if (isMainThread && process.send !== undefined) instrument(process, 'process', 'send');

  // Processes that do not use the database do not load it.
  const loader = Module as unknown as { _load: (this: unknown, request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  let seen = false;
  loader._load = function (request, ...rest) {
    const loaded = Reflect.apply(load, this, [request, ...rest]);
    if (request !== '@duckdb/node-api' || seen) return loaded;
    seen = true;
    const duckdb = loaded as typeof DuckDB;
    instrument(duckdb.DuckDBInstance, 'database', 'create', 'fromCache');
    instrument(duckdb.DuckDBInstance.prototype, 'database', 'connect', 'closeSync');
    instrument(duckdb.DuckDBConnection.prototype, 'connection', 'run', 'prepare', 'createAppender', 'closeSync');
    instrument(duckdb.DuckDBPreparedStatement.prototype, 'statement', 'run', 'runAndReadAll');
    instrument(duckdb.DuckDBAppender.prototype, 'appender', 'flushSync', 'closeSync');
    return loaded;
  };
}
