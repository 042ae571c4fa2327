/**
 * The data owner's records as a job uses them: read once, checked, in batches, sealed, in the job's
 * private directory.
 *
 * <p>{@link io.nightjar.staging.StagingArea} takes records from an input; {@link
 * io.nightjar.staging.StagedRecords} is all that a job reads from then on, batch by batch and in
 * any order, so whatever becomes of the input no longer matters to it.
 */
package io.nightjar.staging;
