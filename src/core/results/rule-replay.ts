/** What stopping rules would have saved and cost on the recorded curves of a sweep. */
export interface RuleReplays {
  readonly sweep: string;
  readonly metric: string;
  readonly goal: 'minimize' | 'maximize';
  /** Completed trials, whose curves are whole: all that is replayed. */
  readonly trials: number;
  /** Trials that were stopped early: how they would have ended is not known. */
  readonly cut: number;
  /** The best value of the trials; `undefined` where none has one. */
  readonly best: number | undefined;
  /** In the order in which they were asked for. */
  readonly rules: readonly RuleReplay[];
  /** As it was asked for: the cheapest rule that loses nothing; `undefined` where each loses something or saves nothing. */
  readonly advised: string | undefined;
}

export interface RuleReplay {
  /** As it was asked for: `asha:eta=3`. */
  readonly rule: string;
  /** Epochs that it trains, and those of all trials. */
  readonly trained: number;
  readonly epochs: number;
  /** Seconds of training that it saves, of `seconds`. */
  readonly saved: number;
  readonly seconds: number;
  /** Trials that it stops. */
  readonly stopped: number;
  /** Best value of what it trains. */
  readonly found: number | undefined;
  /** How much worse that is than the best value of all trials, in units of the metric; 0: nothing is lost. */
  readonly regret: number | undefined;
}
