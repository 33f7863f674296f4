/** A name as a quoted SQL identifier. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A string literal, for the few statements that take no parameters. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
