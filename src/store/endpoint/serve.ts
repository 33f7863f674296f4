import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { USER_LIMITS, type QueryLimits } from '../reading/query-limits.js';
import type { Store } from '../store.js';
import { answerLines } from './answer-lines.js';
import { answerControl, isControlRequest, type Control } from './control.js';
import { removeLockFile, writeLockFile } from './lock-file.js';
import { PROTOCOL, type HolderAnswer, type QueryRequest } from './protocol.js';
import { SnapshotQueries } from './query-process/snapshot-queries.js';
import { isQuery, readBody, refusal, REFUSALS } from './read-request.js';

export interface ServeOptions {
  /** Name of the sweep that this process runs. */
  readonly sweep: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Stops, pauses or cancels a trial on request. @default refuses */
  readonly control?: Control;
  /** Limits of a user's query. @default 30 s, 5 million rows, half a gigabyte */
  readonly queryLimits?: QueryLimits;
  readonly connectionLimits?: ConnectionLimits;
}

export interface ConnectionLimits {
  /** @default 64 */
  readonly connections: number;
  /** How long a client may take to send a request. @default 10 s */
  readonly requestMs: number;
  /** How long a client may read nothing of its answer. @default 60 s */
  readonly stallMs: number;
}

/** Answers read-only queries and requests about trials from other processes of this user, until it is closed. */
export interface Endpoint {
  readonly port: number;
  /** Ends running answers and removes the lock file. Safe to call twice. */
  close(): Promise<void>;
}

const CONNECTION_LIMITS: ConnectionLimits = { connections: 64, requestMs: 10_000, stallMs: 60_000 };

/**
 * Starts an HTTP server on 127.0.0.1 that answers queries. While a process has a database open for writing, no other process
 * can read the file. The lock file beside the database has the port and the token.
 */
export async function serve(store: Store, options: ServeOptions): Promise<Endpoint> {
  const {
    sweep,
    now,
    control = () => false,
    queryLimits = USER_LIMITS,
    connectionLimits = CONNECTION_LIMITS,
  } = options;
  const token = randomBytes(32).toString('hex');
  const holder: HolderAnswer = { protocol: PROTOCOL, pid: process.pid, sweep, startedAt: now() };
  const userQueries = new SnapshotQueries(store, queryLimits);
  const server = limitedServer(connectionLimits, (request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { pid, startedAt } = holder;
  const announce = (): void => writeLockFile(store.path, { pid, port, token, sweep, startedAt });
  announce();

  const answerQuery = queryAnswerer(connectionLimits.stallMs);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request, port, token);
    if (refused !== undefined) return reply(response, refused, { error: REFUSALS[refused] });
    switch (`${request.method} ${request.url}`) {
      case 'GET /holder':
        return reply(response, 200, holder);
      case 'POST /control': {
        const asked = await readBody(request);
        if (!isControlRequest(asked)) return reply(response, 400, { error: REFUSALS[400] });
        return reply(response, 200, await answerControl(asked, control, store.reader));
      }
      case 'POST /query':
        return answerQuery(request, response, userQueries.ask.bind(userQueries));
      case 'POST /read':
        return answerQuery(request, response, ({ sql, values }, signal) =>
          answerLines(() => store.guests.query(sql, values, signal)),
        );
      default:
        return reply(response, 404, { error: REFUSALS[404] });
    }
  }

  let closed: Promise<void> | undefined;
  // The lock file is often deleted together with the database.
  store.onRestored(() => {
    if (closed === undefined) announce();
  });
  const close = async (): Promise<void> => {
    await closeServer(server);
    await userQueries.close();
    removeLockFile(store.path, token);
  };
  return { port, close: () => (closed ??= close()) };
}

function limitedServer(
  { connections, requestMs, stallMs }: ConnectionLimits,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const server = createServer(
    { headersTimeout: requestMs, requestTimeout: requestMs, connectionsCheckingInterval: requestMs / 4 },
    listener,
  );
  server.maxConnections = connections;
  server.timeout = stallMs;
  return server;
}

type Ask = (query: QueryRequest, signal: AbortSignal) => AsyncGenerator<string | Buffer>;

function queryAnswerer(
  stallMs: number,
): (request: IncomingMessage, response: ServerResponse, ask: Ask) => Promise<void> {
  return async (request, response, ask) => {
    const query = await readBody(request);
    if (!isQuery(query)) return reply(response, 400, { error: REFUSALS[400] });
    // Ends the query when its client disconnects.
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    // No timeout before the first line: the client waits for the query, which has its own limits.
    request.socket.setTimeout(0);
    const startClock = (): void => void request.socket.setTimeout(stallMs);
    await pipeline(Readable.from(onFirst(ask(query, gone.signal), startClock)), response);
  };
}

async function* onFirst<T>(parts: AsyncIterable<T>, act: () => void): AsyncGenerator<T> {
  let isFirst = true;
  for await (const part of parts) {
    if (isFirst) act();
    isFirst = false;
    yield part;
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
