package io.nightjar.job;

import io.nightjar.settings.Settings;
import io.nightjar.tables.RecordSource;
import io.nightjar.tables.ResultTarget;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/** What a data owner asks for, whoever runs the driver. */
public sealed interface OwnerRequest permits ScoreRequest, AgentRequest {

  /** Returns where the records are. */
  RecordSource input();

  /** Returns the directory for the results. */
  Path output();

  /** Returns where the data owner's own Spark writes results, if not as the settings say. */
  Optional<ResultTarget> target();

  /** Returns what the records really are, for the report. */
  Optional<Path> labels();

  /** Returns how many records are scored at the most. */
  OptionalLong limit();

  /** Returns everything else. */
  Settings settings();
}
