/**
 * Runs `task` over everything `items` yields, at most `width` at a time, drawing the next item when a lane is free. `lane`
 * (0 to width - 1) names the lane, so that each can own a buffer. After the first error no new item is drawn, and it is
 * thrown when the tasks under way have ended.
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
