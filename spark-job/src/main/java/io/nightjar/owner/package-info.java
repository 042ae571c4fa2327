/**
 * The data owner's side of a job: reads records, encrypts, decrypts, activates in bulk, and keeps
 * the results.
 *
 * <p>{@link io.nightjar.owner.OwnerEngine} does the work for whoever runs it: the driver of a data
 * owner who rents executors, or the agent of one who only shares an exchange. Records, keys and
 * results stay in this process and in the data owner's own directories; nothing here knows Spark.
 */
package io.nightjar.owner;
