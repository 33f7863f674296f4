import type { EventSink, SweepEvent } from '../../core/trial/events.js';

/** The trials of a search that were handed out and have not ended. */
export class UnderWay implements EventSink {
  readonly #trials = new Set<number>();
  #onEmpty: (() => void) | undefined;

  add(trialId: number): void {
    this.#trials.add(trialId);
  }

  has(trialId: number): boolean {
    return this.#trials.has(trialId);
  }

  get size(): number {
    return this.#trials.size;
  }

  /** Resolves as soon as there are none. */
  async empty(): Promise<void> {
    if (this.#trials.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  emit(event: SweepEvent): Promise<void> {
    if (isEnd(event)) {
      this.#trials.delete(event.trialId);
      if (this.#trials.size === 0) this.#onEmpty?.();
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function isEnd(event: SweepEvent): event is Extract<SweepEvent, { readonly trialId: number }> {
  switch (event.type) {
    case 'trial-completed':
    case 'trial-stopped':
      return true;
    case 'trial-paused':
      // With another reason the trial goes on at once, in another host.
      return event.waits === true || event.reason === undefined;
    case 'trial-failed':
      return !event.willRetry;
    default:
      return false;
  }
}
