/**
 * The data owner's records: how the cells of a table become values, which ids they have, and what
 * is known of all of them.
 *
 * <p>{@link io.nightjar.records.IdxRecords} reads images; whatever is a table, Spark reads, and
 * {@link io.nightjar.records.TableCells} makes records of its rows. Bad rows are refused before
 * anything is encrypted. {@link io.nightjar.records.Labels} are the true classes for a report.
 *
 * <p>All of it works in processes of the data owner and holds records in the clear: no message,
 * exception or {@code toString} has a record's value or id in it.
 */
package io.nightjar.records;
