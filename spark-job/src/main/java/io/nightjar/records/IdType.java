package io.nightjar.records;

/** The type of the ids of an input; results have ids of the same type. */
public enum IdType {
  /** Whole numbers: Parquet's integers, and the row numbers of IDX. */
  LONG,
  /** Text: everything in CSV, and Parquet's strings. */
  STRING,
  /** Several columns of a table, or one of another type, which Spark has a name for. */
  VALUES
}
