import type { Reader } from '../../../core/results/reader.js';
import type { EventSink, SweepEvent } from '../../../core/trial/events.js';
import { trialDetails } from '../../../store/reading/queries/trial-details.js';
import { runFinishCommand, type FinishOptions, type Variables } from './run-finish-command.js';

/**
 * Runs `on_finish` for each trial that ends, one command after the other. Events do not wait for commands. This sink must come
 * after the recorder: the commands may query the database.
 */
export class TrialCommands implements EventSink {
  readonly #options: FinishOptions;
  readonly #reader: Reader;
  readonly #aborted = new AbortController();
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(options: FinishOptions, reader: Reader) {
    this.#options = options;
    this.#reader = reader;
  }

  emit(event: SweepEvent): Promise<void> {
    switch (event.type) {
      case 'trial-completed':
        this.#enqueue(event.trialId, { SWEEP_STATUS: 'completed' });
        break;
      case 'trial-stopped':
        this.#enqueue(event.trialId, { SWEEP_STATUS: 'stopped' });
        break;
      case 'trial-failed':
        if (!event.willRetry)
          this.#enqueue(event.trialId, { SWEEP_STATUS: 'failed', SWEEP_ERROR: event.error.message });
        break;
      default:
    }
    return Promise.resolve();
  }

  /** Ends the command under way and runs no other. */
  abort(): void {
    this.#aborted.abort();
  }

  /** Waits for all commands, each of which has a time limit. */
  async close(): Promise<void> {
    if (this.#waiting > 1)
      this.#options.notice(`waiting for ${this.#waiting} commands of on_finish; Ctrl-C twice skips them`);
    await this.#tail;
  }

  #enqueue(trial: number, variables: Variables): void {
    const command = this.#options.definition.onFinish?.trial;
    if (command === undefined) return;
    this.#waiting++;
    this.#tail = this.#tail
      .then(() => (this.#aborted.signal.aborted ? undefined : this.#run(command, trial, variables)))
      .catch((error: unknown) => this.#options.notice(`on_finish for trial ${trial} failed: ${String(error)}`))
      .finally(() => this.#waiting--);
  }

  async #run(command: string, trial: number, variables: Variables): Promise<void> {
    const { params, memberships } = await trialDetails(this.#reader, trial);
    const { name } = this.#options.definition;
    const value = memberships.find(({ sweep }) => sweep === name)?.best;
    const ofTrial = {
      ...{ SWEEP_EVENT: 'trial', SWEEP_TRIAL: String(trial), SWEEP_PARAMS: JSON.stringify(params) },
      SWEEP_VALUE: value === undefined ? '' : String(value),
    };
    const { signal } = this.#aborted;
    await runFinishCommand(
      command,
      { what: `trial ${trial}`, variables: { ...ofTrial, ...variables }, signal },
      this.#options,
    );
  }
}
