/**
 * What operators watch while jobs run: {@link io.nightjar.metrics.ProcessMetric} names every
 * number, and {@link io.nightjar.metrics.ProcessMetrics} has those of this process.
 *
 * <p>Nothing here knows Spark. Its plugins show the numbers among Spark's own, and whoever does the
 * work says what it came to. A number says nothing of a record, and nothing of results before a job
 * has ended: the other party might see it and learn from it what its results decrypted to.
 */
package io.nightjar.metrics;
