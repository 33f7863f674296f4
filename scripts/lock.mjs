/**
 * A lock between processes for use before the build: a simple form of src/platform/file-lock.ts. It is held as long as the
 * process that took it, or a program that this process started for the work, is alive.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Runs `work` alone; `onWait(pid)` is called while another process holds the lock. `work` gets a function that adds a process to the lock. */
export async function withLock(file, onWait, work) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  const processes = [identify(process.pid)];
  const write = () => writeFileSync(own, JSON.stringify(processes), { mode: 0o600 });
  write();
  for (let waiting = false; !claim(own, file); await delay(200)) {
    const text = read(file);
    if (text === undefined) continue;
    const holder = parse(text).find((one) => isAlive(one));
    if (holder === undefined) {
      if (takeOver(own, file, text)) break;
    } else if (!waiting) {
      waiting = true;
      onWait(holder.pid);
    }
  }
  rmSync(own, { force: true });
  try {
    return await work((pid) => {
      processes.push(identify(pid));
      write();
      renameSync(own, file);
    });
  } finally {
    rmSync(file, { force: true });
  }
}

/** A hard link, unlike a write, cannot replace a lock or show half of one. */
function claim(own, file) {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Replaces an abandoned lock, one process at a time and only if the lock is still the one that was judged. */
function takeOver(own, file, abandoned) {
  const guard = `${file}.takeover`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    // Its owner was killed in the middle of the few lines below.
    if (Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 10_000) rmdirSync(guard);
    return false;
  }
  try {
    if (read(file) !== abandoned) return false;
    renameSync(own, file);
    return true;
  } finally {
    rmdirSync(guard);
  }
}

/** A process by pid and, where the platform reports it, start time: pids are reused. */
function identify(pid) {
  const stat = read(`/proc/${pid}/stat`);
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return { pid, started: state === 'Z' || state === 'X' ? undefined : rest[18] };
}

function isAlive({ pid, started }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return started === undefined || identify(pid).started === started;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
