package io.nightjar.tables;

import io.nightjar.records.IdType;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Puts ids to the results of a table, in the types that they have there, and writes both by the
 * data owner's own Spark.
 */
public final class TablePublishing {

  private static final String ID = "id";

  private final StagedRecords records;
  private final String format;
  private final OwnSparks sparks;

  /**
   * Creates it for a job's records.
   *
   * @param format in which the results are written
   */
  public TablePublishing(StagedRecords records, String format, OwnSparks sparks) {
    this.records = records;
    this.format = format;
    this.sparks = sparks;
  }

  /**
   * Writes all results to a directory that is not there, or is in part.
   *
   * @param parts files of results as Parquet, in which an id is a record's place
   */
  public void write(List<Path> parts, Path directory) throws IOException {
    try (OwnSpark spark = sparks.open("nightjar publishing")) {
      Dataset<Row> results =
          spark.session().read().parquet(parts.stream().map(Path::toString).toArray(String[]::new));
      StructType ids = StructType.fromDDL(records.idSchema());
      StructType schema = schema(ids, results.schema());
      results
          .mapPartitions(
              new JoinIds(records.place(spark.access()), records.batchSize(), ids),
              Encoders.row(schema))
          .write()
          .mode(SaveMode.Overwrite)
          .format(format)
          .option("header", true)
          .save(directory.toString());
    } catch (IOException e) {
      throw e;
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new IOException(
          "The results cannot be written to %s: %s".formatted(directory, rootOf(e)), e);
    }
  }

  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
  }

  /** Returns the columns of results; an id of one column is called so, whatever it was before. */
  private StructType schema(StructType ids, StructType results) {
    boolean one = records.census().idType() != IdType.VALUES || ids.size() == 1;
    StructType schema = new StructType();
    for (StructField field : ids.fields()) {
      schema = schema.add(one ? ID : field.name(), field.dataType());
    }
    for (StructField field : Arrays.copyOfRange(results.fields(), 1, results.size())) {
      schema = schema.add(field);
    }
    return schema;
  }
}
