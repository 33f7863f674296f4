import { duckdb, type DuckDBType, type DuckDBValue } from '../schema/duckdb.js';
import type { Cell, Shape } from '../../core/results/query-result.js';

const Id = duckdb.DuckDBTypeId;

/** Converts a DuckDB value to plain data that survives JSON without loss; `shapeOf` says how to read it. */
export function toCell(value: DuckDBValue, type: DuckDBType): Cell {
  if (value === null) return null;
  switch (type.typeId) {
    case Id.BOOLEAN:
      return Boolean(value);
    case Id.TINYINT:
    case Id.SMALLINT:
    case Id.INTEGER:
    case Id.UTINYINT:
    case Id.USMALLINT:
    case Id.UINTEGER:
      return Number(value);
    case Id.FLOAT:
    case Id.DOUBLE:
      return Number.isFinite(value) ? Number(value) : String(value);
    case Id.VARCHAR:
    case Id.BIGINT:
      return String(value);
  }
  if (type instanceof duckdb.DuckDBListType && value instanceof duckdb.DuckDBListValue) {
    return value.items.map((item) => toCell(item, type.valueType));
  }
  if (type instanceof duckdb.DuckDBArrayType && value instanceof duckdb.DuckDBArrayValue) {
    return value.items.map((item) => toCell(item, type.valueType));
  }
  if (type instanceof duckdb.DuckDBStructType && value instanceof duckdb.DuckDBStructValue) {
    return Object.fromEntries(
      type.entryNames.map((name, index) => [name, toCell(value.entries[name] ?? null, type.entryTypes[index]!)]),
    );
  }
  if (type instanceof duckdb.DuckDBMapType && value instanceof duckdb.DuckDBMapValue) {
    return value.entries.map(({ key, value: held }) => ({
      key: toCell(key, type.keyType),
      value: toCell(held, type.valueType),
    }));
  }
  return String(value);
}

/** The shape of cells of this type: how to read them. */
export function shapeOf(type: DuckDBType): Shape {
  switch (type.typeId) {
    case Id.BOOLEAN:
      return 'boolean';
    case Id.TINYINT:
    case Id.SMALLINT:
    case Id.INTEGER:
    case Id.UTINYINT:
    case Id.USMALLINT:
    case Id.UINTEGER:
    case Id.FLOAT:
    case Id.DOUBLE:
      return 'number';
    case Id.BIGINT:
    case Id.UBIGINT:
    case Id.HUGEINT:
    case Id.UHUGEINT:
    case Id.BIGNUM:
    case Id.DECIMAL:
      return 'digits';
    case Id.VARCHAR:
      return type.alias === 'JSON' ? 'json' : 'text';
  }
  if (type instanceof duckdb.DuckDBListType || type instanceof duckdb.DuckDBArrayType) {
    return { list: shapeOf(type.valueType) };
  }
  if (type instanceof duckdb.DuckDBStructType) {
    return { fields: type.entryNames.map((name, index) => ({ name, shape: shapeOf(type.entryTypes[index]!) })) };
  }
  if (type instanceof duckdb.DuckDBMapType) {
    const fields = [
      { name: 'key', shape: shapeOf(type.keyType) },
      { name: 'value', shape: shapeOf(type.valueType) },
    ];
    return { list: { fields } };
  }
  return 'text';
}
