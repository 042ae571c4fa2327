package io.nightjar.records;

/** What the ids of an input are; results have ids of the same type. */
public enum IdType {
  /** Whole numbers: Parquet's integers, and the row numbers of IDX. */
  LONG,
  /** Text: everything in CSV, and Parquet's strings. */
  STRING
}
