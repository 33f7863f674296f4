/**
 * Runs `task` for each item, at most `width` tasks at a time. `lane` (0 to width - 1) is the number of the lane that runs the
 * task, so that each lane can own a buffer. After the first error no new task starts; the error is thrown when the running
 * tasks have ended.
 */
export async function inParallel<T>(
  width: number,
  items: Iterator<T>,
  task: (item: T, lane: number) => Promise<void>,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  const run = async (lane: number): Promise<void> => {
    while (!failure) {
      const next = items.next();
      if (next.done) return;
      try {
        await task(next.value, lane);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: width }, (_, lane) => run(lane)));
  if (failure) throw failure.error;
}
