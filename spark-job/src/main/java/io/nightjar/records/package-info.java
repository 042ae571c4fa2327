/**
 * How the data owner's records come in, and how the results go out.
 *
 * <p>{@link io.nightjar.records.RecordInput} reads CSV, Parquet or IDX from any Hadoop file system
 * in one pass, which counts, checks and hands over everything, and refuses bad rows before anything
 * is encrypted; {@link io.nightjar.records.TableCells} is for those who read a table by other
 * means. {@link io.nightjar.records.Labels} are the true classes for a report. {@link
 * io.nightjar.records.ResultWriter} writes predictions.
 *
 * <p>All of it works in the data owner's own process and holds records in the clear: no message,
 * exception or {@code toString} has a record's value or id in it.
 */
package io.nightjar.records;
