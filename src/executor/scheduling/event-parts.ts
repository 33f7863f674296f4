import type { SweepEvent } from '../../core/events.js';

/** What happened to an attempt, before it is said when and to which one. */
export type AttemptEvent = DistributiveOmit<
  Extract<SweepEvent, { readonly trialId: number }>,
  'at' | 'trialId' | 'attempt'
>;

/** What happened to a host, before it is said when. */
export type HostEvent = DistributiveOmit<Extract<SweepEvent, { readonly type: 'host-started' | 'host-lost' }>, 'at'>;

/** `Omit` for each member of a union, which keeps what tells them apart. */
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
