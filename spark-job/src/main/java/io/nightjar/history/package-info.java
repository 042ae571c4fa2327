/**
 * The nights of an output root side by side: what each came to, as its report and the status line
 * of the nightly script say it, and which of them are unlike the nights before.
 *
 * <p>Reports are read as files that anybody may have changed: whatever is bad in one is said of its
 * night, and the others are there as ever. Nothing here starts Spark.
 */
package io.nightjar.history;
