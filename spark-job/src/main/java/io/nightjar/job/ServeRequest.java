package io.nightjar.job;

import io.nightjar.settings.Settings;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;

/**
 * What {@code serve} is asked for.
 *
 * @param models what is offered
 * @param exchange the directory where data owners are met
 * @param jobs after so many take no more, finish those in work and stop; otherwise never
 * @param master Spark's master, in place of the one in its configuration
 * @param settings everything else
 */
public record ServeRequest(
    ServedModels models,
    Path exchange,
    OptionalInt jobs,
    Optional<String> master,
    Settings settings) {}
