/**
 * What a job predicts, as columns of a table, and the files in which it is kept until all of it is
 * there.
 *
 * <p>All of it is in processes of the data owner and in the clear: no message, exception or {@code
 * toString} has a record's prediction in it.
 */
package io.nightjar.results;
