package io.nightjar.records;

/** A format that results are written in. */
public enum ResultFormat {
  /** Apache Parquet, compressed with Snappy. */
  PARQUET,
  /** Text with a header line, commas and RFC 4180's quotes, in UTF-8, lines ended by LF. */
  CSV
}
