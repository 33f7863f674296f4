/**
 * Runs SQL that a user wrote, in a process that may be killed at any time. `process.argv`: the bytes of memory that the process
 * may hold. Requests come by IPC; an answer goes to standard output. Ends with its parent.
 */
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { EnvironmentError } from '../../../core/errors.js';
import type { Reader } from '../../../core/results/reader.js';
import { limitMemory } from '../../../platform/limit-memory.js';
import { openReader } from '../../reading/own-reader.js';
import { answerLines } from '../answer-lines.js';
import { toFailure } from '../protocol.js';
import { END_OF_ANSWER, frame } from './frames.js';
import type { QueryProcessReply, QueryProcessRequest, UserQuery } from './messages.js';
import { SnapshotFolder } from './snapshot-folder.js';

/** A query that takes longer gives way to training. */
const PROMPT_MS = 2_000;

type OpenRequest = Extract<QueryProcessRequest, { readonly type: 'open' }>;

let snapshots: SnapshotFolder | undefined;
let reader: Reader | undefined;
/** Freed memory still counts for the kernel's limit, and priority cannot be raised again: no further query should run here. */
let isSpent = false;
let leaving = new AbortController();
let last: Promise<void> = Promise.resolve();

const limited = limitMemory(Number(process.argv[2]), end);
// Ctrl-C reaches all processes of a terminal. This one ends with its parent.
process.on('SIGINT', () => undefined);
process.on('disconnect', end);
process.on('message', (request: QueryProcessRequest) => {
  if (request.type === 'cancel') leaving.abort();
  else last = last.then(() => handle(request)).catch(end);
});

async function handle(request: Exclude<QueryProcessRequest, { readonly type: 'cancel' }>): Promise<void> {
  if (request.type === 'query') return answer(request.query);
  const reply = await open(request).then(
    (): QueryProcessReply => ({ type: 'opened' }),
    (error: unknown): QueryProcessReply => ({ type: 'failed', error: toFailure(error) }),
  );
  process.send?.(reply);
}

async function open({ state, folder, limits }: OpenRequest): Promise<void> {
  if (isSpent) throw new EnvironmentError('QUERY_PROCESS_SPENT', 'an earlier query has used up this process');
  snapshots ??= new SnapshotFolder(folder);
  if (reader && snapshots.isOf(state)) return;
  await reader?.close();
  reader = undefined;
  reader = await openReader(await snapshots.take(state), { access: 'snapshot', limits });
}

async function answer({ sql, values }: UserQuery): Promise<void> {
  await limited;
  leaving = new AbortController();
  const overdue = setTimeout(giveWay, PROMPT_MS);
  const query = reader!.query.bind(reader, sql, values, leaving.signal);
  for await (const line of answerLines(query)) {
    isSpent ||= line.startsWith('{"error"') && line.includes('QUERY_TOO_LARGE');
    await write(frame(line));
  }
  clearTimeout(overdue);
  await write(END_OF_ANSWER);
}

/** On Linux each thread has a priority of its own, and the query runs in several. */
function giveWay(): void {
  isSpent = true;
  const threads = existsSync('/proc/self/task') ? readdirSync('/proc/self/task') : [process.pid];
  for (const thread of threads) {
    try {
      setPriority(Number(thread), constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // The thread has just ended.
    }
  }
}

async function write(bytes: Buffer): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}

/** Without a normal exit, which would wait for the call into DuckDB that is under way. */
function end(): void {
  snapshots?.remove();
  process.kill(process.pid, 'SIGKILL');
}
