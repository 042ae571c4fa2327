package io.nightjar.bench;

/**
 * What was measured of the parts of a job, from which others are foretold.
 *
 * @param ownerSecondsPerBatch processor time of the data owner's, without staging and publishing
 * @param executorSecondsPerBatch processor time of the executors
 * @param otherSecondsPerBatch processor time that neither counts: of the compiler, the collector
 *     and Spark
 * @param roundSeconds processor time that a round of a wave takes, whatever is in it
 * @param sparkJobSeconds what a Spark job takes that does nothing
 * @param taskSeconds what each of its tasks adds, all of it in the driver
 * @param fileSeconds what it takes to write a small file, and to open and read it
 * @param sectionSeconds what each section of a manifest adds to writing and reading it
 * @param sectionBytes how long a section is in a manifest
 * @param startSeconds what a job takes before its rounds and after them, whatever it has
 * @param aroundSecondsPerRecord what each record adds to that
 */
public record ScaleCosts(
    double ownerSecondsPerBatch,
    double executorSecondsPerBatch,
    double otherSecondsPerBatch,
    double roundSeconds,
    double sparkJobSeconds,
    double taskSeconds,
    double fileSeconds,
    double sectionSeconds,
    double sectionBytes,
    double startSeconds,
    double aroundSecondsPerRecord) {}
