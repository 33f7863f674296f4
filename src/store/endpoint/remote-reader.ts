import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Holder, Reader } from '../../core/results/reader.js';
import { EnvironmentError, SweepwrightError } from '../../core/errors.js';
import { readLockFile, type LockFile } from './lock-file.js';
import { PROTOCOL, type ControlRequest, type HolderAnswer, type QueryRequest } from './protocol.js';
import { lost, readAnswer } from './read-answer.js';
import { messageOf } from '../store-errors.js';

/** Timeout of the first request. */
const ANSWER_MS = 5_000;

/** Where a query comes from: a command of this program, or a user's SQL, which may do anything that a SELECT can. */
export type QueryOrigin = 'command' | 'user';

/** A reader that sends queries to the process in the lock file; `undefined` if there is no file, or no process answers. */
export async function findHolder(database: string, origin: QueryOrigin = 'command'): Promise<Reader | undefined> {
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
    const { pid, sweep, startedAt } = holder;
    return remoteReader(lock, { pid, sweep, startedAt }, origin === 'user' ? '/query' : '/read');
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    return undefined;
  }
}

function remoteReader(lock: LockFile, holder: Holder, path: string): Reader {
  return {
    holder,
    query: async (sql, values = [], signal) => {
      try {
        const response = await send(lock, 'POST', path, { sql, values }, signal);
        if (response.statusCode !== 200) throw lost(await text(response));
        return await readAnswer(response as AsyncIterable<Buffer>);
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
