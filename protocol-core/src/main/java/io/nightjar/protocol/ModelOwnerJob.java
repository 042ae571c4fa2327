package io.nightjar.protocol;

import io.nightjar.draw.JobSecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;

/**
 * A job as a model owner's arithmetic needs to know it. None of it becomes the arithmetic's to
 * close.
 *
 * @param plan the plan that the job follows
 * @param model the model that is drawn from
 * @param secret what draws and masks follow from
 * @param owner the data owner's public key
 * @param resources what keeps native contexts open
 */
public record ModelOwnerJob(
    Plan plan, Model model, JobSecret secret, OwnerKey owner, SharedResources resources) {}
