/**
 * The data owner's own Spark, which reads whatever Spark reads and stages it, and writes results as
 * whatever it writes.
 *
 * <p>Here, and nowhere else, Spark has records and results in the clear. So it is a Spark of this
 * process, with this machine's cores and nobody else's, started for this and stopped before any
 * other Spark is there: {@link io.nightjar.tables.OwnSpark}.
 */
package io.nightjar.tables;
