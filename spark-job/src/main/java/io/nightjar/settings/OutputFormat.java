package io.nightjar.settings;

/** A format that predictions are written in. */
public enum OutputFormat implements Choice {
  /** Apache Parquet. */
  PARQUET,
  /** Text with a header line. */
  CSV
}
