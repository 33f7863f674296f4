import type { CheckpointFile, Decision, Metrics, TrainingContext } from '../../core/trainer/training.js';

export interface ProgramReport {
  /** Default: the epoch after the last one. */
  readonly epoch?: number | undefined;
  readonly metrics: Metrics;
  readonly checkpoint?: CheckpointFile | undefined;
}

/** Hands the epochs of a program on, one at a time, wherever it reports them. */
export class Reports {
  readonly #report: TrainingContext['report'];
  readonly #onStop: () => void;
  #last: Promise<unknown> = Promise.resolve();
  #epoch = 0;
  #stopped = false;
  readonly #seen = new Set<string>();

  /** @param onStop - called once, when the program is to end */
  constructor(report: TrainingContext['report'], onStop: () => void) {
    this.#report = report;
    this.#onStop = onStop;
  }

  /** The last epoch reported in this attempt; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether the program has been told to stop. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Names of the metrics reported in this attempt. */
  get metrics(): ReadonlySet<string> {
    return this.#seen;
  }

  /**
   * Records an epoch; resolves when it is on disk. After a stop nothing is recorded.
   *
   * @throws {InputError} REPORT_INVALID, and the reason of an abort
   */
  report({ epoch, metrics, checkpoint }: ProgramReport): Promise<Decision> {
    const answer = this.#last.then(async (): Promise<Decision> => {
      if (this.#stopped) return 'stop';
      const number = epoch ?? this.#epoch + 1;
      const decision = await this.#report({ epoch: number, metrics, ...(checkpoint && { checkpoint }) });
      this.#epoch = number;
      for (const name of Object.keys(metrics)) this.#seen.add(name);
      if (decision === 'stop') {
        this.#stopped = true;
        this.#onStop();
      }
      return decision;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** Resolves when every report so far is answered. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
