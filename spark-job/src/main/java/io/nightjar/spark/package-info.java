/**
 * Rounds on Spark: what runs on the driver and the executors of the model owner.
 *
 * <p>A round of a wave is one Spark job. {@link io.nightjar.spark.RoundSplitter} cuts its work into
 * tasks, {@link io.nightjar.spark.BlockInputFormat} reads and verifies the uploads, {@link
 * io.nightjar.spark.EvaluateUnits} computes, {@link io.nightjar.spark.BlockOutputFormat} writes the
 * results, and {@link io.nightjar.spark.ManifestCommitter} commits them with a manifest. Locality,
 * retries, speculation and the commit of tasks are Spark's and Hadoop's.
 *
 * <p>Nothing here holds a secret key: {@link io.nightjar.spark.NightjarKryo} refuses to serialise
 * one, and no class of this package refers to one.
 */
package io.nightjar.spark;
