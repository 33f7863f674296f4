import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { QueryValue } from '../../core/results/reader.js';
import type { QueryRequest } from './protocol.js';

/** Why a request is refused, by HTTP status. */
export const REFUSALS = {
  400: 'this is not a valid request',
  401: 'the token in the lock file is required',
  403: 'only programs on this machine may connect, at the address in the lock file',
  404: 'there is no such path',
} as const;

const MAX_BODY_BYTES = 256 * 1024;

/**
 * The status to refuse a request with; `undefined`: accept it. Checks host and origin, so that a web page cannot send requests,
 * neither from another site nor by DNS rebinding.
 */
export function refusal(request: IncomingMessage, port: number, token: string): 401 | 403 | undefined {
  const { host, origin, authorization } = request.headers;
  if (host !== `127.0.0.1:${port}` || origin !== undefined) return 403;
  return sameText(authorization ?? '', `Bearer ${token}`) ? undefined : 401;
}

/** The JSON in a request's body; `undefined` if it is missing, not JSON, or too long. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
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

export function isQuery(body: unknown): body is QueryRequest {
  if (typeof body !== 'object' || body === null) return false;
  const { sql, values } = body as Record<string, unknown>;
  return typeof sql === 'string' && Array.isArray(values) && values.every(isQueryValue);
}

const isQueryValue = (value: unknown): value is QueryValue =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Compares in constant time. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
