/** The longest time of a Node timer: 24.8 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `onReached` after `ms` milliseconds, which may be months. Returns the function that cancels it. */
export function startDeadline(ms: number, onReached: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    timer = setTimeout(() => (left > LONGEST_MS ? wait(left - LONGEST_MS) : onReached()), Math.min(left, LONGEST_MS));
  };
  wait(ms);
  return () => clearTimeout(timer);
}
