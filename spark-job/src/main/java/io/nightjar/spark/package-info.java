/**
 * Rounds on Spark: what runs on the driver and the executors of the model owner.
 *
 * <p>A round of a wave is one Spark job. {@link io.nightjar.spark.RoundSplitter} cuts its work into
 * tasks, {@link io.nightjar.spark.BlockInputFormat} reads and verifies the uploads, and {@link
 * io.nightjar.spark.EvaluateUnits} computes and writes the results. Every attempt at a task writes
 * a file of its own where it stays, and the manifest names those of the attempts that Spark counts:
 * nothing is moved. Locality, retries and speculation are Spark's.
 *
 * <p>Nothing here holds a secret key: {@link io.nightjar.spark.NightjarKryo} refuses to serialise
 * one, and no class of this package refers to one.
 */
package io.nightjar.spark;
