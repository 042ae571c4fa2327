package io.nightjar.results;

import io.nightjar.protocol.Predictions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * A row of a file of Parquet: what a record was predicted to be.
 *
 * @param place the record's place in the input
 * @param predictions those of its batch
 * @param record its number in the batch
 */
record PartRow(long place, Predictions predictions, int record) {

  /** Returns what writes rows to a file that is not there. */
  static ParquetWriter<PartRow> writer(Configuration conf, Path file, List<ResultColumn> columns)
      throws IOException {
    return new Builder(HadoopOutputFile.fromPath(file, conf), new Rows(columns))
        .withConf(conf)
        .withWriteMode(ParquetFileWriter.Mode.CREATE)
        // Snappy is in a jar of Spark, with its native code; every reader of Parquet has it.
        .withCompressionCodec(CompressionCodecName.SNAPPY)
        .withDictionaryEncoding(false) // probabilities hardly ever repeat
        .withDictionaryEncoding("class", true)
        .build();
  }

  private static MessageType schema(List<ResultColumn> columns) {
    return new MessageType("results", columns.stream().map(PartRow::type).toList());
  }

  private static Type type(ResultColumn column) {
    if (column instanceof ResultColumn.Place) {
      return Types.required(PrimitiveTypeName.INT64).named(column.name());
    } else if (column instanceof ResultColumn.ClassIndex) {
      return Types.required(PrimitiveTypeName.INT32).named(column.name());
    } else if (column instanceof ResultColumn.ClassName) {
      return Types.required(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(column.name());
    }
    return Types.required(PrimitiveTypeName.DOUBLE).named(column.name());
  }

  @Override
  public String toString() {
    return "PartRow[" + place + "]";
  }

  /** Parquet's way to make a writer. */
  private static final class Builder extends ParquetWriter.Builder<PartRow, Builder> {

    private final Rows rows;

    Builder(OutputFile file, Rows rows) {
      super(file);
      this.rows = rows;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // and abstract nevertheless
    protected WriteSupport<PartRow> getWriteSupport(Configuration conf) {
      return rows;
    }
  }

  /** Parquet's view of rows. */
  private static final class Rows extends WriteSupport<PartRow> {

    private final List<ResultColumn> columns;
    private RecordConsumer consumer;

    Rows(List<ResultColumn> columns) {
      this.columns = columns;
    }

    @Override
    @SuppressWarnings("deprecation") // and abstract nevertheless
    public WriteContext init(Configuration conf) {
      return new WriteContext(schema(columns), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      this.consumer = recordConsumer;
    }

    @Override
    public void write(PartRow row) {
      consumer.startMessage();
      for (int i = 0; i < columns.size(); i++) {
        consumer.startField(columns.get(i).name(), i);
        cell(columns.get(i), row);
        consumer.endField(columns.get(i).name(), i);
      }
      consumer.endMessage();
    }

    private void cell(ResultColumn column, PartRow row) {
      if (column instanceof ResultColumn.Place) {
        consumer.addLong(row.place());
      } else if (column instanceof ResultColumn.ClassIndex) {
        consumer.addInteger(row.predictions().predictedClass(row.record()));
      } else if (column instanceof ResultColumn.ClassName named) {
        int index = row.predictions().predictedClass(row.record());
        consumer.addBinary(Binary.fromString(named.classes().get(index)));
      } else if (column instanceof ResultColumn.Real real) {
        consumer.addDouble(real.source().of(row.predictions(), row.record()));
      }
    }
  }
}
