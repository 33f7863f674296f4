/** Pattern of a duration in a sweep file: `90s`, `10m`, `2h`, `1.5d`. Never zero. */
export const DURATION = '^[1-9][0-9]*(\\.[0-9]+)?[smhd]$';

/** Describes a duration in messages. */
export const DURATION_WORDS = 'a duration such as 90s, 10m or 2h';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration that matches `DURATION`. */
export function durationMs(written: string): number {
  return Number(written.slice(0, -1)) * UNIT_MS[written.at(-1) as keyof typeof UNIT_MS];
}

/** Suggests a duration in place of a wrong value. */
export function durationMeant(key: string, value: unknown): string | undefined {
  if (typeof value === 'number' && value >= 1) return `Write \`${key}: ${value}s\` for seconds.`;
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*(s|m|h|d)[a-z]*\s*$/i.exec(String(value)) ?? [];
  if (number === undefined || Number(number) < 1) return 'Write a number and s, m, h or d: `10m`.';
  return `Write \`${key}: ${Number(number)}${unit!.toLowerCase()}\`.`;
}
