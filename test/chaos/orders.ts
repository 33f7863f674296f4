/** At which events the processes of one command are killed. Event numbers count from 1; 0 is never. */
export interface Orders {
  readonly main: number;
  /** For the hosts, in the order in which they start; further hosts are not killed. */
  readonly hosts: readonly number[];
}

/** A killed process and the event. */
export interface Kill {
  readonly role: 'main' | 'host';
  readonly pid: number;
  readonly event: number;
  /** `before`, `during` or `after`, and the call, for example `during statement.run`. */
  readonly boundary: string;
}
