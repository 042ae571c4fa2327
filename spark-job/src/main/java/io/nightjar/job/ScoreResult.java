package io.nightjar.job;

import io.nightjar.plan.Plan;
import java.util.Map;

/**
 * What became of a job.
 *
 * @param plan the plan that it followed
 * @param before whether it had been done before, and nothing was done now
 * @param report the figures of {@code report.json} that fit in a line: no distributions, no ids;
 *     empty if it had been done before
 * @param times where the time went
 */
public record ScoreResult(Plan plan, boolean before, Map<String, Object> report, JobTimes times) {}
