/** Share of a trial's epochs that is done, from 0 to 1; of one epoch where it did not say how many there are. */
export const shareOf = (trial: {
  /** The epoch under way, counted from 1. */
  readonly epoch: number;
  readonly epochs: number | undefined;
  /** Share of that epoch. */
  readonly share: number;
}): number => Math.min(1, (trial.epoch - 1 + trial.share) / (trial.epochs ?? 1));
