/** Keys and indices from the root of a sweep file to something in it. */
export type Path = readonly (string | number)[];

/** Whether a path leads to `parameters`, at the top or in a parameter: the maps whose keys are names. */
export function isParameterMap(path: Path): boolean {
  return path.length % 2 === 1 && path.every((step, index) => index % 2 === 1 || step === 'parameters');
}

/** Whether a path leads to a parameter. */
export function isParameter(path: Path): boolean {
  return path.length >= 2 && isParameterMap(path.slice(0, -1));
}

/** The name of the parameter at or above a path, nested names joined by dots. */
export function parameterName(path: Path): string | undefined {
  let end = 2;
  while (isParameter(path.slice(0, end + 2)) && path.length >= end + 2) end += 2;
  return isParameter(path.slice(0, end))
    ? path
        .slice(0, end)
        .filter((_, index) => index % 2 === 1)
        .join('.')
    : undefined;
}

/** Describes a path in a message: "`batch_size`", "`min` of `learning_rate`". */
export function label(path: Path): string {
  const name = parameterName(path);
  const key = path.findLast((step) => typeof step === 'string' && !/^\d+$/.test(step));
  if (name === undefined) return `\`${key ?? 'the file'}\``;
  return isParameter(path) || key === 'value' || key === 'values' ? `\`${name}\`` : `\`${key!}\` of \`${name}\``;
}
