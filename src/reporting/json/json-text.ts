/** What a command prints for `--json`: one value on several lines. A missing value is null; NaN and infinities are null, too. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A time in milliseconds since 1970 as ISO 8601 in UTC; null if there is none. */
export const isoTime = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();
