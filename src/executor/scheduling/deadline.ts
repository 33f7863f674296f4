/** What a timer of Node takes at most: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `onReached` after so many milliseconds, which may be months; returns the function that calls it off. */
export function startDeadline(ms: number, onReached: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > LONGEST_MS ? wait(left - LONGEST_MS) : onReached()), Math.min(left, LONGEST_MS));
  };
  wait(ms);
  return () => clearTimeout(timer);
}
