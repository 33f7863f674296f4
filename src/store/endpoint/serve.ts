import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { QueryValue } from '../../core/results/reader.js';
import { answerControl, isControlRequest, type Control } from './control.js';
import { removeLockFile, writeLockFile } from './lock-file.js';
import { PROTOCOL, toFailure, type HolderAnswer, type QueryLine, type QueryRequest } from './protocol.js';
import type { QueryResult } from '../../core/results/query-result.js';
import type { Store } from '../store.js';

export interface ServeOptions {
  /** Name of the sweep that this process runs. */
  readonly sweep: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes what the user asks of a trial from another terminal; default: there is nothing to ask. */
  readonly control?: Control;
}

/** Answers other processes of this user for as long as it is open: their read-only queries, and what they ask of trials. */
export interface Endpoint {
  readonly port: number;
  /** Ends what is being answered and takes the address back. Safe to call twice. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 256 * 1024;

/**
 * While a process has a database open for writing, no other can read the file, so it answers for it: on 127.0.0.1, at a port
 * and with a token that the lock file beside the database names.
 */
export async function serve(store: Store, { sweep, now, control = () => false }: ServeOptions): Promise<Endpoint> {
  const token = randomBytes(32).toString('hex');
  const holder: HolderAnswer = { protocol: PROTOCOL, pid: process.pid, sweep, startedAt: now() };
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { pid, startedAt } = holder;
  const announce = (): void => writeLockFile(store.path, { pid, port, token, sweep, startedAt });
  announce();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request, port, token);
    if (refused !== undefined) return reply(response, refused, { error: STATUS[refused] });
    if (request.method === 'GET' && request.url === '/holder') return reply(response, 200, holder);
    if (request.method === 'POST' && request.url === '/control') {
      const asked = await readBody(request);
      if (!isControlRequest(asked)) return reply(response, 400, { error: STATUS[400] });
      return reply(response, 200, await answerControl(asked, control, store.reader));
    }
    if (request.method !== 'POST' || request.url !== '/query') return reply(response, 404, { error: STATUS[404] });
    const query = await readBody(request);
    if (!isQuery(query)) return reply(response, 400, { error: STATUS[400] });
    // A question that nobody waits for any more need not be answered.
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    await pipeline(Readable.from(lines(() => store.guests.query(query.sql, query.values, gone.signal))), response);
  }

  let closed: Promise<void> | undefined;
  // Who deletes a database often deletes the files beside it, too.
  store.onRestored(() => {
    if (closed === undefined) announce();
  });
  return {
    port,
    close: () => (closed ??= closeServer(server).then(() => removeLockFile(store.path, token))),
  };
}

const STATUS = {
  400: 'not a question, or none that can be understood',
  401: 'the token in the lock file is needed',
  403: 'only programs on this machine may ask, by the address in the lock file',
  404: 'no such thing',
} as const;

/** The status to refuse with. A web page that reaches this port by a name of its own, or from another site, gets nothing. */
function refusal(request: IncomingMessage, port: number, token: string): 401 | 403 | undefined {
  const { host, origin, authorization } = request.headers;
  if (host !== `127.0.0.1:${port}` || origin !== undefined) return 403;
  return sameText(authorization ?? '', `Bearer ${token}`) ? undefined : 401;
}

/** Takes the same time wherever the texts differ. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The JSON in a request's body; `undefined` where there is none, or too much. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isQuery(body: unknown): body is QueryRequest {
  if (typeof body !== 'object' || body === null) return false;
  const { sql, values } = body as Record<string, unknown>;
  return typeof sql === 'string' && Array.isArray(values) && values.every(isQueryValue);
}

const isQueryValue = (value: unknown): value is QueryValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

async function* lines(query: () => Promise<QueryResult>): AsyncGenerator<string> {
  const line = (content: QueryLine): string => `${JSON.stringify(content)}\n`;
  try {
    const result = await query();
    yield line({ columns: result.columns });
    for await (const rows of result) yield line({ rows });
    yield line({ end: true });
  } catch (error) {
    yield line({ error: toFailure(error) });
  }
}

function reply(response: ServerResponse, status: number, content: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(content));
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
