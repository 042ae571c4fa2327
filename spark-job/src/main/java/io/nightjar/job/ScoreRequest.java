package io.nightjar.job;

import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import io.nightjar.tables.ResultTarget;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/**
 * What {@code score} is asked for.
 *
 * @param model the directory of the model
 * @param input records
 * @param output a directory for the results
 * @param target where the data owner's own Spark writes them, if it does
 * @param keys the directory of the data owner's identity; without it the job's key is forgotten
 * @param labels what the records really are, for the report
 * @param limit score only so many records
 * @param master Spark's master, in place of the one in its configuration
 * @param settings everything else
 */
public record ScoreRequest(
    Path model,
    RecordSource input,
    Path output,
    Optional<ResultTarget> target,
    Optional<java.nio.file.Path> keys,
    Optional<Path> labels,
    OptionalLong limit,
    Optional<String> master,
    Settings settings)
    implements OwnerRequest {}
