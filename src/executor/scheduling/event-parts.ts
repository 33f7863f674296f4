import type { SweepEvent } from '../../core/trial/events.js';

/** An event of an attempt, without its time and without the attempt's numbers. */
export type AttemptEvent = DistributiveOmit<
  Extract<SweepEvent, { readonly trialId: number }>,
  'at' | 'trialId' | 'attempt'
>;

/** An event of a host, without its time. */
export type HostEvent = DistributiveOmit<
  Extract<SweepEvent, { readonly type: 'host-waiting' | 'host-started' | 'host-lost' }>,
  'at'
>;

/** `Omit` applied to each member of a union: a plain `Omit` would merge them. */
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
