package io.nightjar.settings;

/** How predictions are written. */
public enum OutputFormat implements Choice {
  /** Apache Parquet. */
  PARQUET,
  /** Text with a header line. */
  CSV
}
