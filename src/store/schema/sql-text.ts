/** A name as SQL wants it, whatever characters it holds. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A string literal, for the few statements that take no parameters. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
