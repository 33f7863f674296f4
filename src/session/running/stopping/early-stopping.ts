import type { EventSink, SweepEvent } from '../../../core/trial/events.js';
import type { Observation } from '../../../core/trial/observation.js';
import type { Decide, Verdict } from '../../../core/trial/stopping.js';
import type { Assignment } from '../../../executor/executor.js';
import { Curves } from '../../../search/stopping/curves.js';
import type { CurveOptions } from '../../../search/stopping/curve.js';
import type { StoppingRule } from '../../../search/stopping/rule.js';
import type { SweepHistory } from '../sweep-history.js';
import type { UnderWay } from '../under-way.js';

export interface EarlyStoppingOptions {
  readonly rule: StoppingRule;
  readonly curves: CurveOptions;
  readonly history: Pick<SweepHistory, 'observations' | 'onChange'>;
  /** The trials of the search that run; as a sink it comes before this one. */
  readonly underWay: UnderWay;
  /** Whether no new trial will begin, in no session, now that so many have begun. */
  readonly isClosed: (begun: number) => boolean;
}

/**
 * Asks a stopping rule about every epoch, and lets trials that it has paused go on later. Everything that it keeps follows from
 * the history, so a resumed sweep decides as the interrupted one would have. As a sink it has to come after the history.
 */
export class EarlyStopping implements EventSink {
  readonly #rule: StoppingRule;
  readonly #curves: Curves;
  readonly #closedWith: EarlyStoppingOptions['isClosed'];
  readonly #underWay: UnderWay;
  /** Trials that the rule has paused. */
  readonly #waiting = new Set<number>();
  /** Whether nothing can change any more: what waits now waits in vain. */
  #isFinal = false;
  #onEvent: (() => void) | undefined;

  constructor({ rule, curves, history, underWay, isClosed }: EarlyStoppingOptions) {
    this.#rule = rule;
    this.#curves = new Curves(curves, history.observations());
    this.#underWay = underWay;
    this.#closedWith = isClosed;
    history.onChange((trial) => this.#curves.update(trial));
    this.#close();
  }

  readonly decide: Decide = (trialId) => {
    // Trials that confirm the best points are trained to their end.
    if (!this.#underWay.has(trialId)) return { decision: 'continue' };
    const verdict = this.#verdictOn(trialId);
    return verdict.decision === 'pause' && this.#isFinal ? { decision: 'stop', reason: verdict.reason } : verdict;
  };

  emit(event: SweepEvent): Promise<void> {
    if (event.type === 'trial-paused' && event.waits === true) this.#waiting.add(event.trialId);
    this.#close();
    this.#onEvent?.();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * The trials of `source`, and between them those that the rule promotes. Ends when nothing runs and nothing is left to run.
   * Paused trials that then wait in vain are handed out once more, to be stopped.
   */
  async *assignments(source: AsyncIterator<Assignment>): AsyncGenerator<Assignment, void, undefined> {
    for (let isOpen = true; ;) {
      const promoted = this.#rule.promote?.(this.#curves, (id) => this.#waiting.has(id));
      if (promoted !== undefined) {
        yield this.#handOut(assignmentOf(promoted.trial));
        continue;
      }
      if (isOpen) {
        const next = await source.next();
        if (next.done === true) isOpen = false;
        else if (this.#stillWaits(next.value)) this.#waiting.add(next.value.trial.id);
        else yield this.#handOut(next.value);
        continue;
      }
      if (this.#waiting.size === 0) return;
      if (this.#underWay.size > 0) {
        await new Promise<void>((resolve) => (this.#onEvent = resolve));
        continue;
      }
      // With --max-trials there are more trials to come, in a later session.
      if (!this.#curves.isClosed) return;
      this.#isFinal = true;
      const [last] = this.#waiting;
      yield this.#handOut(assignmentOf(this.#curves.get(last!)!.trial));
    }
  }

  #handOut(assignment: Assignment): Assignment {
    this.#waiting.delete(assignment.trial.id);
    this.#underWay.add(assignment.trial.id);
    return assignment;
  }

  /** Whether the rule paused a trial in an earlier session, and would again. */
  #stillWaits({ trial, recordedEpochs }: Assignment): boolean {
    return (
      recordedEpochs > 0 && this.#curves.get(trial.id) !== undefined && this.#verdictOn(trial.id).decision === 'pause'
    );
  }

  #verdictOn(trialId: number): Verdict {
    const curve = this.#curves.get(trialId);
    if (curve === undefined) throw new Error(`trial ${trialId} is judged before it is recorded`);
    const { lastEpoch, wholeEpochs = Infinity } = curve;
    return lastEpoch >= wholeEpochs ? { decision: 'continue' } : this.#rule.judge(curve, this.#curves);
  }

  #close(): void {
    this.#curves.isClosed ||= this.#closedWith(this.#curves.size);
  }
}

/** A recorded trial that goes on. */
export const assignmentOf = ({ id, key, position, seed, params, attempt, epochs }: Observation): Assignment => ({
  trial: { id, key, position, seed, params },
  attempts: attempt,
  failures: 0,
  recordedEpochs: epochs.at(-1)?.epoch ?? 0,
});
