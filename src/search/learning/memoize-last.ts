/** The function, with its last result kept for the case that it is called again with equal arguments. */
export function memoizeLast<Arguments extends readonly unknown[], Result>(
  compute: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  let last: { readonly key: string; readonly result: Result } | undefined;
  return (...args) => {
    const key = JSON.stringify(args);
    if (last?.key !== key) last = { key, result: compute(...args) };
    return last.result;
  };
}
