/**
 * How the data owner's records come in, and how the results go out.
 *
 * <p>{@link io.nightjar.records.RecordInput} reads CSV, Parquet or IDX from any Hadoop file system:
 * first a {@link io.nightjar.records.RecordCensus} of everything, which refuses bad rows before
 * anything is encrypted, then {@link io.nightjar.records.RecordBatch batches} in order. {@link
 * io.nightjar.records.Labels} are the true classes for a report. {@link
 * io.nightjar.records.ResultWriter} writes predictions.
 *
 * <p>All of it works in the data owner's own process and holds records in the clear: nothing here
 * is serialisable, nothing here may be called from a Spark task, and no message, exception or
 * {@code toString} has a record's value or id in it.
 */
package io.nightjar.records;
