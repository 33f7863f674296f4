import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Holder, Reader } from '../../core/results/reader.js';
import { EnvironmentError, SweepwrightError } from '../../core/errors.js';
import { readLockFile, type LockFile } from './lock-file.js';
import {
  fromFailure,
  PROTOCOL,
  type ControlRequest,
  type HolderAnswer,
  type QueryLine,
  type QueryRequest,
} from './protocol.js';
import type { QueryResult, Row } from '../../core/results/query-result.js';
import { messageOf } from '../store-errors.js';

/** How long a process may take to say that it is there. */
const ANSWER_MS = 5_000;

/** Asks the process that the lock file names; `undefined` where there is none, or nobody answers to its token. */
export async function findHolder(database: string): Promise<Reader | undefined> {
  const lock = readLockFile(database);
  if (!lock) return undefined;
  try {
    const response = await send(lock, 'GET', '/holder', undefined, AbortSignal.timeout(ANSWER_MS));
    if (response.statusCode !== 200) return undefined;
    const holder = JSON.parse(await text(response)) as HolderAnswer;
    if (holder.protocol !== PROTOCOL) {
      throw new EnvironmentError('OTHER_VERSION', `process ${holder.pid} runs another version of sweepwright`, {
        hint: 'Ask with the version that runs, or wait until the sweep has ended.',
      });
    }
    return remoteReader(lock, { pid: holder.pid, sweep: holder.sweep, startedAt: holder.startedAt });
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    return undefined;
  }
}

function remoteReader(lock: LockFile, holder: Holder): Reader {
  return {
    holder,
    query: async (sql, values = [], signal) => {
      try {
        return await readResult(await send(lock, 'POST', '/query', { sql, values }, signal));
      } catch (error) {
        throw error instanceof SweepwrightError ? error : lost(messageOf(error));
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Sends one request to the process that the lock file names. */
export async function send(
  { port, token }: LockFile,
  method: string,
  path: string,
  body?: QueryRequest | ControlRequest,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const sent = request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { authorization: `Bearer ${token}` },
    ...(signal && { signal }),
  });
  sent.end(body && JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

export async function text(response: IncomingMessage): Promise<string> {
  let content = '';
  for await (const part of response.setEncoding('utf8')) content += String(part);
  return content;
}

async function readResult(response: IncomingMessage): Promise<QueryResult> {
  if (response.statusCode !== 200) throw lost(await text(response));
  const lines = readLines(response);
  const first = await lines.next();
  if (first.done || !('columns' in first.value)) throw lost();
  const close = (): Promise<void> => {
    response.destroy();
    return Promise.resolve();
  };
  async function* rows(): AsyncGenerator<readonly Row[]> {
    try {
      for await (const line of lines) {
        if ('rows' in line) yield line.rows;
        if ('end' in line) return;
      }
      throw lost();
    } catch (error) {
      throw error instanceof SweepwrightError ? error : lost(messageOf(error));
    } finally {
      await close();
    }
  }
  return { columns: first.value.columns, [Symbol.asyncIterator]: rows, close };
}

async function* readLines(response: IncomingMessage): AsyncGenerator<QueryLine> {
  let rest = '';
  for await (const part of response.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + part).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      const content = JSON.parse(line) as QueryLine;
      if ('error' in content) throw fromFailure(content.error);
      yield content;
    }
  }
}

function lost(why = 'it ended, or closed the database'): EnvironmentError {
  return new EnvironmentError('HOLDER_LOST', `the process that runs the sweep did not answer to the end: ${why}`, {
    hint: 'Ask again.',
  });
}
