import { existsSync } from 'node:fs';
import type { Salvage } from '../../core/results/database-report.js';
import { salvageDatabase } from '../../store/doctor/salvage/salvage-database.js';
import { resultFolders } from '../result-folders.js';

export interface SalvageRecordsOptions {
  /** Path of the damaged database. */
  readonly db: string;
  /** Path of the new one. */
  readonly to: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface SalvagedRecords extends Salvage {
  /** Folder of the checkpoints of the damaged database, and the folder where the new one expects them. */
  readonly checkpoints: { readonly from: string; readonly to: string } | undefined;
}

/** Copies what can be read from a damaged database into a new one. Throws as `salvageDatabase` does. */
export async function salvageRecords({ db, to, now }: SalvageRecordsOptions): Promise<SalvagedRecords> {
  const salvage = await salvageDatabase({ path: db, to, now });
  const [from, into] = [resultFolders(db).checkpointRoot, resultFolders(to).checkpointRoot];
  return { ...salvage, checkpoints: existsSync(from) ? { from, to: into } : undefined };
}
