/** What a run of the command line is told to die of. Numbers of events, counted from 1; 0 is never. */
export interface Orders {
  readonly main: number;
  /** Of the hosts, in the order in which they start; those that follow live. */
  readonly hosts: readonly number[];
}

/** A process that was killed, in which event. */
export interface Kill {
  readonly role: 'main' | 'host';
  readonly pid: number;
  readonly event: number;
  /** `before`, `during` or `after`, and the call: `during statement.run`. */
  readonly boundary: string;
}
