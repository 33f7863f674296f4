import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InputError } from '../../core/errors.js';
import type { Metrics, Preparation, Progress, TrainingContext } from '../../core/trainer/training.js';
import { numberIn, parseLenient } from '../printed/lenient-json.js';
import { quoted } from '../printed/line-reader.js';
import { LineSplitter } from '../printed/line-splitter.js';
import type { ProgramRequest, ReportAnswer, ReportRequest, TrialAnswer } from './protocol.js';
import type { Reports } from './reports.js';
import { describeCheckpoint, noteCheckpoint } from './saved-checkpoints.js';

export interface ReportServerOptions {
  readonly context: Pick<TrainingContext, 'checkpointDir' | 'progress' | 'warn' | 'signal'>;
  readonly reports: Reports;
  /** Called for a request that is wrong. */
  readonly fail: (error: Error) => void;
}

/** One process of the program. */
interface Connection {
  /** The last epoch that it has reported. */
  epoch: number;
}

/** The socket over which a program reports, see `protocol.ts`. */
export class ReportServer {
  readonly path: string;
  readonly #options: ReportServerOptions;
  readonly #server: Server;
  readonly #serving = new Set<Promise<void>>();
  /** Processes that have reported and still run. */
  readonly #reporters = new Set<Connection>();
  /** The process that alone reports, by its own wish. */
  #claimant: Connection | undefined;
  #lastEpoch = 0;
  #isOver = false;
  /** Called when an epoch is recorded. */
  #waiting: (() => void)[] = [];

  private constructor(options: ReportServerOptions, path: string, server: Server) {
    this.#options = options;
    this.path = path;
    this.#server = server;
    server.on('connection', (socket) => {
      const serving = this.#serve(socket).finally(() => this.#serving.delete(serving));
      this.#serving.add(serving);
    });
  }

  static async open(options: ReportServerOptions): Promise<ReportServer> {
    const path = socketPath(options.context.checkpointDir);
    rmSync(path, { force: true });
    const server = createServer({ allowHalfOpen: true });
    server.listen(path);
    await once(server, 'listening');
    return new ReportServer(options, path, server);
  }

  /** Whether the program has reported over the socket. */
  get isUsed(): boolean {
    return this.#lastEpoch > 0;
  }

  /** Resolves when every process of the program has gone and all that they sent is handled. */
  async drained(): Promise<void> {
    this.#isOver = true;
    this.#wake();
    while (this.#serving.size > 0) await Promise.all(this.#serving);
  }

  /** Safe to call twice. */
  close(): void {
    this.#server.close();
    rmSync(this.path, { force: true });
    if (!this.path.startsWith(this.#options.context.checkpointDir)) {
      rmSync(dirname(this.path), { recursive: true, force: true });
    }
  }

  async #serve(socket: Socket): Promise<void> {
    const connection: Connection = { epoch: 0 };
    const splitter = new LineSplitter();
    // A process that is killed resets its connection; what it has sent before is handled.
    socket.on('error', () => undefined);
    try {
      for await (const chunk of socket) {
        for (const line of splitter.push(chunk as Buffer)) {
          if (line.trim() === '') continue;
          const answer = await this.#take(line, connection);
          // Answers that a program does not read are not collected without end.
          if (answer !== undefined && socket.writableLength < MAX_UNREAD) socket.write(`${JSON.stringify(answer)}\n`);
        }
      }
    } catch {
      // See above.
    }
    this.#reporters.delete(connection);
    if (this.#claimant === connection) this.#claimant = undefined;
    socket.end();
  }

  async #take(line: string, connection: Connection): Promise<TrialAnswer | undefined> {
    let id: unknown;
    const answer = <Answer extends object>(parts: Answer): Answer => (id === undefined ? parts : { id, ...parts });
    try {
      const request = requestIn(line);
      id = request.id;
      switch (request.type) {
        case 'report':
          return answer(await this.#report(request, connection));
        case 'claim':
          return answer({ reports: this.#claim(connection) });
        case 'progress':
          this.#options.context.progress(request as unknown as Progress | Preparation);
          return undefined;
        case 'warn':
          this.#options.context.warn(String((request as { readonly message?: unknown }).message));
          return undefined;
        default:
          throw invalid(`there is no message ${JSON.stringify((request as { readonly type?: unknown }).type)}`);
      }
    } catch (error) {
      if (this.#options.context.signal.aborted) return answer({ decision: 'stop' as const });
      const failure = withLine(error as Error, line);
      this.#options.fail(failure);
      return answer({ error: failure.message });
    }
  }

  async #report(request: ReportRequest, connection: Connection): Promise<ReportAnswer> {
    const { reports, context } = this.#options;
    const others = [...this.#reporters].some((other) => other !== connection);
    // Processes that train together count alike; one that follows another goes on where that ended.
    const epoch = request.epoch ?? (others ? connection.epoch : this.#lastEpoch) + 1;
    if (request.rank !== undefined && request.rank > 0) {
      await this.#recorded(epoch);
      connection.epoch = epoch;
      return { decision: reports.stopped ? 'stop' : 'continue', epoch };
    }
    const isRepeated = epoch > connection.epoch && epoch <= this.#lastEpoch && others;
    connection.epoch = epoch;
    this.#reporters.add(connection);
    if (isRepeated) {
      await reports.settled();
      return { decision: reports.stopped ? 'stop' : 'continue', epoch };
    }
    this.#lastEpoch = Math.max(epoch, this.#lastEpoch);
    const { metrics, checkpoint: path } = request;
    const checkpoint = path === undefined ? undefined : await describeCheckpoint(context.checkpointDir, path);
    if (checkpoint !== undefined) noteCheckpoint(context.checkpointDir, { epoch, ...checkpoint });
    const decision = await reports.report({ epoch, metrics: withNumbers(metrics), checkpoint });
    this.#wake();
    return { decision, epoch };
  }

  /** Resolves when an epoch that another process reports is recorded, or the trial ends. */
  async #recorded(epoch: number): Promise<void> {
    const { reports, context } = this.#options;
    const isDecided = (): boolean => reports.epoch >= epoch || reports.stopped || context.signal.aborted;
    while (!isDecided() && !this.#isOver) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #claim(connection: Connection): boolean {
    this.#claimant ??= connection;
    return this.#claimant === connection;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Bytes of answers that may wait to be read. */
const MAX_UNREAD = 1_000_000;

/** The longest path of a socket that every system takes, in bytes. */
const MAX_PATH = 100;

/** In the trial's folder, or in a temporary one where that path is too long for a socket. */
function socketPath(folder: string): string {
  const path = join(folder, 'report.sock');
  return Buffer.byteLength(path) <= MAX_PATH ? path : join(mkdtempSync(join(tmpdir(), 'sweepwright-')), 'report.sock');
}

function requestIn(line: string): ProgramRequest {
  let parsed: unknown;
  try {
    parsed = parseLenient(line);
  } catch {
    throw invalid('this is no JSON');
  }
  if (typeof parsed === 'object' && parsed !== null) return parsed as ProgramRequest;
  throw invalid('a message is a JSON object');
}

/** Numbers that JSON has no spelling for as numbers; anything else as it is, for the executor to check. */
function withNumbers(metrics: unknown): Metrics {
  if (typeof metrics !== 'object' || metrics === null) return metrics as Metrics;
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, numberIn(value) ?? (value as number)]),
  );
}

const invalid = (message: string): InputError => new InputError('REPORT_INVALID', message);

function withLine(error: Error, line: string): Error {
  if (!(error instanceof InputError)) return error;
  const hint = 'docs/program-protocol.md describes the messages.';
  return new InputError(error.code, `${error.message}, in the line ${quoted(line)}`, { hint });
}
