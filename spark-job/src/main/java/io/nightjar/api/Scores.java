package io.nightjar.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What became of a job over a dataset: its results, which are there, and its report. */
public final class Scores {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Dataset<Row> results;
  private final String report;
  private final String output;
  private final boolean foundFinished;

  Scores(Dataset<Row> results, String report, String output, boolean foundFinished) {
    this.results = results;
    this.report = report;
    this.output = output;
    this.foundFinished = foundFinished;
  }

  /**
   * Returns the results: a row for each record, with the columns of its id under their names and in
   * their types, what is predicted, and how sure the model is. It reads files of the output; that
   * it is read, however often, asks nobody anything.
   */
  public Dataset<Row> results() {
    return results;
  }

  /** Returns the figures of {@code report.json}, in their order. */
  public Map<String, Object> report() {
    try {
      return MAPPER.readValue(report, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The report is not as a job writes it", e);
    }
  }

  /** Returns the report as JSON. */
  public String reportJson() {
    return report;
  }

  /** Returns the directory with the results and the report. */
  public String output() {
    return output;
  }

  /** Returns whether an earlier call had finished the job, so that this one did nothing. */
  public boolean foundFinished() {
    return foundFinished;
  }
}
