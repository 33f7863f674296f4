import { readdirSync, readFileSync } from 'node:fs';

/**
 * Bytes of memory that the processes of a session and their descendants use, at `limit` or above counted exactly: memory that
 * several processes share counts once. Linux only; 0 elsewhere.
 *
 * @param session - number of the session, which is that of its first process
 */
export function treeMemory(session: number, limit: number): number {
  const pids = treeOf(session);
  // Cheap to read. Memory that processes share counts for each of them, so that they use this at most.
  const most = sum(pids, (pid) => bytesIn(read(pid, 'status'), 'VmRSS'));
  return most < limit ? most : sum(pids, (pid) => bytesIn(read(pid, 'smaps_rollup'), 'Pss'));
}

/** An entry of one of the files in which Linux lists a process's memory; 0 where it has ended. */
const bytesIn = (text: string, name: 'VmRSS' | 'Pss'): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;

function treeOf(session: number): number[] {
  const found = new Set<number>([session]);
  const all = processes();
  // A process has a higher number than its parent in nearly all cases; a second look finds the rest.
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const { pid, parent, session: own } of all) if (own === session || found.has(parent)) found.add(pid);
  }
  return [...found];
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

function processes(): ProcessEntry[] {
  return pidsOfSystem().flatMap((pid) => {
    // The name of the program, in parentheses, may hold anything.
    const [, parent, session] = /\) \S (\d+) \d+ (\d+)/.exec(read(pid, 'stat')) ?? [];
    return parent === undefined ? [] : [{ pid, parent: Number(parent), session: Number(session) }];
  });
}

function pidsOfSystem(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Empty for a process that has ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

const sum = (pids: readonly number[], bytes: (pid: number) => number): number =>
  pids.reduce((total, pid) => total + bytes(pid), 0);
