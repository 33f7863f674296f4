import type { CheckResult } from '../../core/reports/check-result.js';
import type { RecordsReport, Salvage } from '../../core/results/database-report.js';
import { jsonText } from './json-text.js';

/** The checks of a machine for programs: docs/json/doctor.schema.json. */
export const checksJson = (checks: readonly CheckResult[]): string =>
  jsonText({
    healthy: checks.every(({ status }) => status !== 'fail'),
    checks: checks.map(({ name, status, detail, hint }) => ({ name, status, detail, hint: hint ?? null })),
  });

/** The checks of a database for programs: docs/json/doctor-db.schema.json. */
export const recordsJson = ({ holder, findings, left }: RecordsReport): string =>
  jsonText({
    healthy: left.every((count) => count === 0),
    running_sweep: holder?.sweep ?? null,
    findings: findings.map(({ says, count, examples, repair }, index) => ({
      ...{ says, count, left: left[index]!, examples, repair: repair ?? null },
    })),
  });

/** What was saved of a damaged database, for programs: docs/json/salvage.schema.json. */
export const salvageJson = ({ tables, isLogLost }: Salvage): string =>
  jsonText({
    complete: !isLogLost && tables.every(({ lost, emptied }) => lost === 0 && emptied.length === 0),
    log_lost: isLogLost,
    tables: tables.map(({ name, saved, lost, emptied }) => ({ name, saved, lost, emptied })),
  });
