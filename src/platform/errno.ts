/** The operating system's code of an error (`ENOENT`); `undefined` where an error has none. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether an error has one of these codes: `isErrno(error, 'ENOENT', 'ENOTDIR')`. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  const code = errnoOf(error);
  return code !== undefined && codes.includes(code);
}

/** There is no file or folder of that name. */
export const isMissing = (error: unknown): boolean => isErrno(error, 'ENOENT');

/** There is a file or folder of that name already. */
export const isExisting = (error: unknown): boolean => isErrno(error, 'EEXIST');

/** The disk, the user's quota or the limit of a file's size is used up. */
export const isDiskFull = (error: unknown): boolean => isErrno(error, 'ENOSPC', 'EDQUOT', 'EFBIG');

/** This user may not write there, or something that is not a folder is in the way. */
export const isUnwritable = (error: unknown): boolean =>
  isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR');

/** The operating system's reason (`no such file or directory`) without the call and the path that Node adds. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return /^E[A-Z0-9]+: ([^,]+),/.exec(error.message)?.[1] ?? error.message;
}
