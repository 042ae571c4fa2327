package io.nightjar.job;

import io.nightjar.identity.Identity;
import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import io.nightjar.tables.ResultTarget;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/**
 * What {@code agent} is asked for.
 *
 * @param exchange the directory where the model owner is met
 * @param keys the directory of the data owner's identity
 * @param plan a plan that the one on offer must be equal to
 * @param modelOwner who must have signed the plan on offer; anyone may, if it is empty
 * @param input records
 * @param output a directory for the results
 * @param target where the data owner's own Spark writes them, if it does
 * @param labels what the records really are, for the report
 * @param limit score only so many records
 * @param master the Spark master of a cluster that may see records and keys; otherwise this process
 *     does the work
 * @param settings everything else
 */
public record AgentRequest(
    Path exchange,
    java.nio.file.Path keys,
    Optional<java.nio.file.Path> plan,
    Optional<Identity> modelOwner,
    RecordSource input,
    Path output,
    Optional<ResultTarget> target,
    Optional<Path> labels,
    OptionalLong limit,
    Optional<String> master,
    Settings settings)
    implements OwnerRequest {}
