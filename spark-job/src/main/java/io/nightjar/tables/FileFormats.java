package io.nightjar.tables;

import io.nightjar.model.Text;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.internal.SQLConf;

/**
 * Writes results as files of a data source, to a directory that is moved afterwards, as a whole or
 * piece by piece. So it takes only data sources whose files mean the same elsewhere: those that
 * Spark itself writes to directories, and Delta, whose log names files by where they are in the
 * table.
 */
final class FileFormats {

  private static final String DELTA = "delta";

  /** The formats that need no trial where nothing else is asked for. */
  private static final Set<String> KNOWN = Set.of("csv", "parquet");

  private final SparkSession session;
  private final ResultTarget.Files target;

  FileFormats(SparkSession session, ResultTarget.Files target) {
    this.session = session;
    this.target = target;
  }

  /** Returns whether a target is one that is known to work. */
  static boolean isKnown(ResultTarget target) {
    return target instanceof ResultTarget.Files files
        && KNOWN.contains(files.format().toLowerCase(Locale.ROOT))
        && files.options().isEmpty()
        && files.partitions().isEmpty();
  }

  /**
   * Writes a row of nulls, to see whether there is such a format and whether its options and the
   * types of results suit it.
   *
   * @param scratch a directory for it, which is removed afterwards
   * @throws InvalidTargetException if the format is none of files
   */
  void tryOut(ResultSchema schema, Path scratch, Configuration hadoop) throws IOException {
    Class<?> source = DataSource.lookupDataSource(target.format(), SQLConf.get());
    boolean plain =
        FileFormat.class.isAssignableFrom(source)
            || FileDataSourceV2.class.isAssignableFrom(source);
    if (!plain && !isDelta()) {
      throw new InvalidTargetException(
          "%s is not a format of files that can be written to an output: parquet, csv, json, orc, avro, xml and delta are; for a table of a catalog say --output-table"
              .formatted(Text.quote(target.format())));
    }
    FileSystem files = scratch.getFileSystem(hadoop);
    files.delete(scratch, true);
    try {
      Row nulls = RowFactory.create(new Object[schema.all().size()]);
      write(session.createDataFrame(List.of(nulls), schema.all()), scratch);
    } finally {
      files.delete(scratch, true);
    }
  }

  private boolean isDelta() {
    return target.format().equalsIgnoreCase(DELTA);
  }

  /** Writes all rows to a directory that is not there. */
  void write(Dataset<Row> rows, Path directory) {
    String[] partitions = target.partitions().toArray(new String[0]);
    DataFrameWriter<Row> writer =
        rows.write()
            .mode(SaveMode.ErrorIfExists)
            .format(target.format())
            .option("header", true)
            .options(target.options());
    (partitions.length == 0 ? writer : writer.partitionBy(partitions)).save(directory.toString());
  }
}
