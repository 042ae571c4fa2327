package io.nightjar.settings;

/** How the records to score are written. */
public enum InputFormat implements Choice {
  /** As the files' names say. */
  AUTO,
  /** Text with a header line. */
  CSV,
  /** Apache Parquet. */
  PARQUET,
  /** The format of the MNIST files; a record's id is its row number. */
  IDX
}
