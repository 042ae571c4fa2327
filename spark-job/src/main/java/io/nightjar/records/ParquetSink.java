package io.nightjar.records;

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

/** Writes results as Parquet. */
final class ParquetSink implements ResultSink {

  private final ParquetWriter<ResultRow> writer;

  ParquetSink(Configuration conf, Path file, List<ResultColumn> columns) throws IOException {
    this.writer =
        new Builder(HadoopOutputFile.fromPath(file, conf), new Rows(columns))
            .withConf(conf)
            .withWriteMode(ParquetFileWriter.Mode.CREATE)
            // Snappy is in a jar of Spark, with its native code; every reader of Parquet has it.
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withDictionaryEncoding(false) // probabilities hardly ever repeat
            .withDictionaryEncoding("class", true)
            .build();
  }

  @Override
  public void write(ResultRow row) throws IOException {
    writer.write(row);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static MessageType schema(List<ResultColumn> columns) {
    return new MessageType("results", columns.stream().map(ParquetSink::type).toList());
  }

  private static Type type(ResultColumn column) {
    if (column instanceof ResultColumn.Id id) {
      return id.type() == IdType.LONG
          ? Types.required(PrimitiveTypeName.INT64).named(id.name())
          : string(id.name());
    } else if (column instanceof ResultColumn.ClassIndex index) {
      return Types.required(PrimitiveTypeName.INT32).named(index.name());
    } else if (column instanceof ResultColumn.ClassName named) {
      return string(named.name());
    } else {
      return Types.required(PrimitiveTypeName.DOUBLE).named(column.name());
    }
  }

  private static Type string(String name) {
    return Types.required(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  /** Parquet's way to make a writer. */
  private static final class Builder extends ParquetWriter.Builder<ResultRow, Builder> {

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
    protected WriteSupport<ResultRow> getWriteSupport(Configuration conf) {
      return rows;
    }
  }

  /** Parquet's view of a row. */
  private static final class Rows extends WriteSupport<ResultRow> {

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
    public void write(ResultRow row) {
      consumer.startMessage();
      for (int i = 0; i < columns.size(); i++) {
        consumer.startField(columns.get(i).name(), i);
        cell(columns.get(i), row);
        consumer.endField(columns.get(i).name(), i);
      }
      consumer.endMessage();
    }

    private void cell(ResultColumn column, ResultRow row) {
      if (column instanceof ResultColumn.Id) {
        id(row.id());
      } else if (column instanceof ResultColumn.ClassIndex) {
        consumer.addInteger(row.predictions().predictedClass(row.record()));
      } else if (column instanceof ResultColumn.ClassName named) {
        int index = row.predictions().predictedClass(row.record());
        consumer.addBinary(Binary.fromString(named.classes().get(index)));
      } else if (column instanceof ResultColumn.Real real) {
        consumer.addDouble(real.source().of(row.predictions(), row.record()));
      }
    }

    private void id(RecordId id) {
      if (id instanceof RecordId.OfLong number) {
        consumer.addLong(number.value());
      } else {
        consumer.addBinary(Binary.fromString(id.text()));
      }
    }
  }
}
