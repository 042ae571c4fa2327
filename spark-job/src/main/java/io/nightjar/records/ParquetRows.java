package io.nightjar.records;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The rows of one Parquet file: some columns, read into cells.
 *
 * <p>It has one row group of these columns in memory, compressed as in the file, and what the
 * current pages hold.
 */
final class ParquetRows implements Closeable {

  /** Reads the records of one row group into the cells. */
  private interface GroupReader {
    void read();
  }

  private final Path file;
  private final ParquetFileReader reader;
  private final MessageType schema;
  private final List<BlockMetaData> groups;
  private List<? extends ParquetCell> cells = List.of();
  private MessageType requested;
  private GroupReader group = () -> {};
  private int nextGroup;
  private long leftInGroup;
  private long row;

  private ParquetRows(Path file, ParquetFileReader reader) {
    this.file = file;
    this.reader = reader;
    this.schema = reader.getFileMetaData().getSchema();
    this.requested = schema;
    this.groups = reader.getRowGroups();
  }

  static ParquetRows open(Configuration conf, Path file) throws IOException {
    try {
      return new ParquetRows(
          file,
          ParquetFileReader.open(
              HadoopInputFile.fromPath(file, conf), HadoopReadOptions.builder(conf, file).build()));
    } catch (RuntimeException e) {
      throw new InvalidInputException(
          "%s cannot be read as Parquet: it is damaged, truncated or encrypted"
              .formatted(Names.file(file)),
          e);
    }
  }

  /** Returns a column's type as messages show it. */
  static String describe(Type type) {
    if (!type.isPrimitive()) {
      return "nested";
    }
    String name = type.asPrimitiveType().getPrimitiveTypeName().name().toLowerCase(Locale.ROOT);
    String logical =
        Optional.ofNullable(type.getLogicalTypeAnnotation()).map(a -> " " + a).orElse("");
    return (type.isRepetition(Type.Repetition.REPEATED) ? "repeated " : "") + name + logical;
  }

  /** Returns the names of all columns of the file. */
  List<String> columns() {
    return schema.getFields().stream().map(Type::getName).toList();
  }

  /** Returns the type of a column. */
  Type type(String column) {
    return schema.getType(column);
  }

  /** Chooses the columns to read, once and before anything is read. */
  void select(List<? extends ParquetCell> chosen) {
    cells = List.copyOf(chosen);
    List<Type> types = cells.stream().map(cell -> type(cell.column())).toList();
    requested = new MessageType(schema.getName(), types);
    reader.setRequestedSchema(requested);
  }

  /**
   * Reads the next row into the cells.
   *
   * @return false at the end
   */
  boolean next() throws IOException {
    try {
      while (leftInGroup == 0) {
        if (nextGroup == groups.size()) {
          return false;
        }
        openGroup();
      }
      row++;
      leftInGroup--;
      cells.forEach(ParquetCell::clear);
      group.read();
      return true;
    } catch (RuntimeException e) {
      throw problem(Optional.empty(), "cannot be decoded: the file is damaged").exception(e);
    }
  }

  /** Passes over rows, over whole row groups without reading them; returns how many. */
  long skip(long rows) throws IOException {
    long skipped = 0;
    while (skipped < rows) {
      boolean between = leftInGroup == 0 && nextGroup < groups.size();
      long size = between ? groups.get(nextGroup).getRowCount() : 0;
      if (between && size <= rows - skipped) {
        reader.skipNextRowGroup();
        nextGroup++;
        row += size;
        skipped += size;
      } else if (next()) {
        skipped++;
      } else {
        break;
      }
    }
    return skipped;
  }

  private void openGroup() throws IOException {
    PageReadStore pages = reader.readNextRowGroup();
    leftInGroup = groups.get(nextGroup).getRowCount();
    nextGroup++;
    MessageColumnIO columns =
        new ColumnIOFactory(reader.getFileMetaData().getCreatedBy()).getColumnIO(requested, schema);
    group = columns.getRecordReader(pages, new Cells(cells))::read;
  }

  /** Describes something wrong with the row that was read last. */
  Problem problem(Optional<String> column, String why) {
    return new Problem(file, row, OptionalLong.empty(), column, why);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Parquet's view of the cells: one flat group. */
  private static final class Cells extends RecordMaterializer<Boolean> {

    private final GroupConverter root;

    Cells(List<? extends ParquetCell> cells) {
      this.root =
          new GroupConverter() {
            @Override
            public Converter getConverter(int field) {
              return cells.get(field);
            }

            @Override
            public void start() {}

            @Override
            public void end() {}
          };
    }

    @Override
    public Boolean getCurrentRecord() {
      return true;
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }
  }
}
