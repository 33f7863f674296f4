import { openEditor, type Editor } from '../../store/editing/open-editor.js';

/** Opens a database for changes by hand, and closes it after `use`. Throws as `openEditor` and `use` do. */
export async function withEditor<T>(db: string, now: () => number, use: (editor: Editor) => Promise<T>): Promise<T> {
  const editor = await openEditor(db, { now });
  try {
    return await use(editor);
  } finally {
    await editor.close();
  }
}
