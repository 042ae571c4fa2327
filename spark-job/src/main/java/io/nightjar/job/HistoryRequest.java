package io.nightjar.job;

import io.nightjar.history.Judging;
import io.nightjar.settings.Settings;
import java.time.LocalDate;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/**
 * What is wanted of the nights of an output root.
 *
 * @param root the root
 * @param last how many nights, the last ones
 * @param judging how they are judged
 * @param labels where labels of a night are that came later, if they did
 * @param page the file that gets the page, if one is wanted
 * @param settings as for the jobs
 */
public record HistoryRequest(
    Path root,
    int last,
    Judging judging,
    Optional<Function<LocalDate, String>> labels,
    Optional<Path> page,
    Settings settings) {}
