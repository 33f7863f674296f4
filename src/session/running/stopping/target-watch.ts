import type { EventSink, SweepEvent } from '../../../core/trial/events.js';
import { reaches, type Objective } from '../../../core/objective.js';
import type { Observation } from '../../../core/trial/observation.js';
import type { Assignment } from '../../../executor/executor.js';
import { formatMetric } from '../../../core/format.js';

/**
 * Begins no new trial once one has reached the objective's target, as W&B does. Trials that have begun go on, also when the
 * sweep is resumed.
 */
export class TargetWatch implements EventSink {
  readonly #objective: Objective;
  readonly #say: (line: string) => void;
  #reached = false;

  /**
   * @param recorded - trials of earlier sessions
   * @param say - called once, with what reached the target
   */
  constructor(objective: Objective, recorded: Iterable<Observation>, say: (line: string) => void) {
    this.#objective = objective;
    this.#say = say;
    for (const { id, epochs } of recorded)
      for (const { epoch, objective: value } of epochs) this.#see(id, epoch, value);
  }

  get isReached(): boolean {
    return this.#reached;
  }

  emit(event: SweepEvent): Promise<void> {
    if (event.type === 'trial-epoch') {
      this.#see(event.trialId, event.epoch, event.metrics[this.#objective.metric]);
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * The trials of `source`; from the moment that the target is reached only those of `begun`, which earlier sessions have left
   * unfinished.
   */
  async *assignments(
    source: AsyncIterator<Assignment>,
    begun: readonly Assignment[],
  ): AsyncGenerator<Assignment, void, undefined> {
    const left = new Map(begun.map((assignment) => [assignment.trial.id, assignment]));
    for (let next = await this.#next(source); next !== undefined; next = await this.#next(source)) {
      left.delete(next.trial.id);
      yield next;
    }
    if (this.#reached) yield* left.values();
  }

  /** `undefined` at the end of the source, and once the target is reached, be it while the source looks for a trial. */
  async #next(source: AsyncIterator<Assignment>): Promise<Assignment | undefined> {
    const next = this.#reached ? undefined : await source.next();
    return next === undefined || next.done === true || (this.isReached && next.value.attempts === 0)
      ? undefined
      : next.value;
  }

  #see(trialId: number, epoch: number, value: number | undefined): void {
    if (this.#reached || value === undefined || !reaches(this.#objective, value)) return;
    this.#reached = true;
    const { metric, target } = this.#objective;
    this.#say(
      `target reached: ${metric} ${formatMetric(value)} in epoch ${epoch} of trial ${trialId} (target ${formatMetric(target)}). No new trial begins`,
    );
  }
}
