package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.plan.Plan;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Puts ids to results, in the types that they have in the input, and writes both by the data
 * owner's own Spark.
 */
public final class TablePublishing {

  private final StagedRecords records;
  private final ResultSchema schema;
  private final Plan plan;
  private final ResultTarget target;
  private final Neighbours neighbours;
  private final OwnSparks sparks;

  /** Knows where results must not be. */
  public interface Neighbours {

    /** Returns whether others can read what is in a place. */
    boolean canRead(Path place) throws IOException;
  }

  /**
   * Creates it for a job's records.
   *
   * @param target where the results are written, and as what
   */
  public TablePublishing(
      StagedRecords records,
      Plan plan,
      ResultTarget target,
      Neighbours neighbours,
      OwnSparks sparks) {
    this.records = records;
    this.schema = ResultSchema.of(records, plan);
    this.plan = plan;
    this.target = target;
    this.neighbours = neighbours;
    this.sparks = sparks;
  }

  /**
   * Finds out whether results can be written, before there are any.
   *
   * @param scratch a directory that may be made, and is not there afterwards
   * @throws InvalidTargetException if they cannot
   */
  public void require(Path scratch) throws IOException {
    schema.requireDistinct();
    new PartitionColumns(target.partitions(), schema, plan).require(records);
    if (FileFormats.isKnown(target)) {
      return;
    }
    try (OwnSpark spark = sparks.open("nightjar publishing")) {
      if (target instanceof ResultTarget.Table table) {
        new OutputTable(spark.session(), table).require(schema, neighbours);
      } else if (target instanceof ResultTarget.Files files) {
        new FileFormats(spark.session(), files).tryOut(schema, scratch, spark.hadoop());
      }
    } catch (InvalidTargetException | IOException e) {
      throw e;
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new InvalidTargetException(
          "Results cannot be written %s: %s".formatted(title(), reason(e)), told(e));
    }
  }

  /**
   * Writes all results: to a directory that is not there, or to a table, unless they are there
   * already.
   *
   * @param parts files of results as Parquet, in which an id is a record's place
   * @return the version of the table that has them; empty if it is none, or not known
   */
  public String write(UUID job, List<Path> parts, Path directory) throws IOException {
    try (OwnSpark spark = sparks.open("nightjar publishing")) {
      Dataset<Row> results =
          spark
              .session()
              .read()
              .schema(schema.ofParts())
              .parquet(parts.stream().map(Path::toString).toArray(String[]::new));
      if (target instanceof ResultTarget.Table table) {
        return new OutputTable(spark.session(), table)
            .add(joined(spark, results, schema.required()), schema, job, neighbours);
      }
      new FileFormats(spark.session(), (ResultTarget.Files) target)
          .write(joined(spark, results, schema.all()), directory);
      return "";
    } catch (InvalidTargetException e) {
      throw e;
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new IOException(
          "The results cannot be written %s: %s; they are kept, and the same command goes on"
              .formatted(title(), reason(e)),
          told(e));
    }
  }

  /** Puts ids to results, and those together that are not to be divided. */
  private Dataset<Row> joined(OwnSpark spark, Dataset<Row> results, StructType columns) {
    JoinIds join = new JoinIds(records.place(spark.access()), records.batchSize(), schema.ids());
    Dataset<Row> joined = results.mapPartitions(join, Encoders.row(columns));
    Object[] partitions = target.partitions().stream().map(functions::col).toArray();
    return partitions.length == 0 ? joined : joined.hint("rebalance", partitions);
  }

  private String title() {
    return target instanceof ResultTarget.Table table
        ? "to the table " + Text.quote(table.name())
        : "as " + ((ResultTarget.Files) target).format();
  }

  private String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return SourceOptions.without(target.options(), text);
  }

  /** Returns what may be told of a failure besides its reason: its name, if there are secrets. */
  private Throwable told(Throwable failure) {
    return SourceOptions.haveSecrets(target.options())
        ? new IOException(failure.getClass().getName())
        : failure;
  }
}
