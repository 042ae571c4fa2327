package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.records.InvalidInputException;
import io.nightjar.records.TableCells;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads a table so strictly that no row is left out, cut or guessed.
 *
 * <p>What Spark calls malformed, in CSV and JSON, is a row like any other here, with a cell that
 * says so, because it is refused by its place and not by what it holds.
 */
final class TableReader {

  private static final String MALFORMED = "_nightjar_malformed";
  private static final String FILE = "_nightjar_file";
  private static final String BLOCK = "_nightjar_block";

  /** The options with which rows would be left out without a word. */
  private static final Set<String> LENIENT =
      Set.of("mode", "columnnameofcorruptrecord", "ignorecorruptfiles", "ignoremissingfiles");

  /** The formats in which a row can be malformed and the rest is well. */
  private static final Set<String> TEXTS = Set.of("csv", "json");

  /** The option with which Spark guesses types; whoever gives it wants its guesses. */
  private static final String GUESS = "inferschema";

  /** A whole number that a long holds, written as numbers are. */
  private static final String WHOLE = "\\A(0|-?[1-9][0-9]{0,17})\\z";

  private final SparkSession session;
  private final RecordSource.Table table;
  private final Map<String, String> options;
  private final List<String> idColumns;

  /**
   * The rows of a table, with the columns that say whether a row is malformed and where it stood
   * behind the others.
   *
   * @param rows all of them
   * @param columns those of the table
   * @param mayBeMalformed whether a column says so
   * @param located whether two columns say where rows stood
   * @param filtered whether rows are left out, so that a row's place is one among the others
   */
  record Rows(
      Dataset<Row> rows,
      List<StructField> columns,
      boolean mayBeMalformed,
      boolean located,
      boolean filtered) {

    /**
     * Returns those of a program's dataset.
     *
     * @throws InvalidInputException if they have no end
     */
    static Rows of(Dataset<Row> given) {
      if (given.isStreaming()) {
        throw new InvalidInputException("A stream has no end: score the batches that it comes in");
      }
      List<StructField> columns = List.of(given.schema().fields());
      return new Rows(given, columns, false, false, false);
    }

    /** Returns the columns as records are made of them. */
    List<TableCells.Column> cells() {
      return columns.stream()
          .map(field -> new TableCells.Column(field.name(), holdsMany(field.dataType())))
          .toList();
    }

    private static boolean holdsMany(DataType type) {
      return type instanceof ArrayType || type instanceof BinaryType || MlVectors.are(type);
    }
  }

  /**
   * Creates the reader of a table.
   *
   * @param snapshot which of its snapshots is read, if it has any
   * @param idColumns the columns of CSV that are whole numbers if all that is in them is
   */
  TableReader(
      SparkSession session,
      RecordSource.Table table,
      Optional<Snapshots.Snapshot> snapshot,
      List<String> idColumns) {
    this.session = session;
    this.table = table;
    this.idColumns = List.copyOf(idColumns);
    for (String option : table.options().keySet()) {
      if (LENIENT.contains(option.toLowerCase(Locale.ROOT))) {
        throw new InvalidInputException(
            "The option %s of %s is not for choice: rows that cannot be read are refused, none is left out"
                .formatted(option, Text.quote(table.title())));
      }
    }
    this.options = new HashMap<>(table.options());
    snapshot.ifPresent(one -> options.put(one.option(), one.version()));
  }

  private boolean isText() {
    return table.format().map(name -> TEXTS.contains(name.toLowerCase(Locale.ROOT))).orElse(false);
  }

  /**
   * Plans to read; nothing is read yet but what says which columns there are.
   *
   * @throws InvalidInputException if there is no such table
   */
  Rows read() {
    Dataset<Row> all = load();
    boolean malformed = Arrays.asList(all.columns()).contains(MALFORMED);
    boolean located = isLocated(all);
    Dataset<Row> chosen = all;
    if (table.where().isPresent()) {
      Column condition = functions.expr(table.where().get());
      chosen = all.where(malformed ? condition.or(all.col(MALFORMED).isNotNull()) : condition);
    }
    List<Column> columns = new ArrayList<>();
    if (table.columns().isEmpty()) {
      Arrays.stream(all.columns())
          .filter(name -> !name.equals(MALFORMED))
          .map(name -> all.col(quoted(name)))
          .forEach(columns::add);
    } else {
      table.columns().stream().map(functions::expr).forEach(columns::add);
    }
    if (malformed) {
      columns.add(all.col(MALFORMED));
    }
    if (located) {
      columns.add(functions.expr("_metadata.file_path").as(FILE));
      columns.add(functions.expr("_metadata.file_block_start").as(BLOCK));
    }
    Dataset<Row> rows = chosen.select(columns.toArray(Column[]::new));
    List<StructField> fields = Arrays.asList(rows.schema().fields());
    int own = fields.size() - (malformed ? 1 : 0) - (located ? 2 : 0);
    return new Rows(
        rows, List.copyOf(fields.subList(0, own)), malformed, located, table.where().isPresent());
  }

  private Dataset<Row> load() {
    if (table.table().isPresent()) {
      return reader(Map.of()).table(table.table().get());
    }
    if (!isText()) {
      return load(table.schema().map(reader(Map.of())::schema).orElseGet(() -> reader(Map.of())));
    }
    Map<String, String> strict =
        Map.of(
            "mode", "PERMISSIVE",
            "columnNameOfCorruptRecord", MALFORMED,
            "header", "true",
            "escape", "\"",
            "enforceSchema", "false",
            "unescapedQuoteHandling", "RAISE_ERROR");
    DataFrameReader given = reader(strict);
    StructType schema = table.schema().map(StructType::fromDDL).orElseGet(() -> found(given));
    boolean known = Arrays.asList(schema.fieldNames()).contains(MALFORMED);
    return load(
        reader(strict).schema(known ? schema : schema.add(MALFORMED, DataTypes.StringType)));
  }

  /**
   * Returns the columns that a text is found to have. Those of CSV are texts, but for ids: results
   * have them as other readers of the same file do, if none of them loses anything by it.
   */
  private StructType found(DataFrameReader given) {
    Dataset<Row> texts = load(given);
    boolean guessed = options.keySet().stream().anyMatch(GUESS::equalsIgnoreCase);
    List<String> ids =
        table.isCsv() && !guessed
            ? idColumns.stream().filter(List.of(texts.columns())::contains).distinct().toList()
            : List.of();
    if (ids.isEmpty()) {
      return texts.schema();
    }
    Column[] others =
        ids.stream()
            .map(name -> functions.col(quoted(name)).rlike(WHOLE))
            .map(whole -> functions.count_if(functions.not(whole)))
            .toArray(Column[]::new);
    Row counts = texts.select(others).first();
    StructType schema = new StructType();
    for (StructField field : texts.schema().fields()) {
      int id = ids.indexOf(field.name());
      boolean whole = id >= 0 && counts.getLong(id) == 0;
      schema = schema.add(field.name(), whole ? DataTypes.LongType : field.dataType());
    }
    return schema;
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Returns a reader whose options are the user's, over some that have defaults here. */
  private DataFrameReader reader(Map<String, String> defaults) {
    DataFrameReader reader = session.read().options(defaults).options(options);
    return table.format().isPresent() ? reader.format(table.format().get()) : reader;
  }

  private Dataset<Row> load(DataFrameReader reader) {
    return table.path().isPresent() ? reader.load(table.path().get()) : reader.load();
  }

  /** Returns whether a source says which file a row is from. */
  private static boolean isLocated(Dataset<Row> all) {
    try {
      return all.select("_metadata.file_path", "_metadata.file_block_start").columns().length == 2;
    } catch (Exception e) { // Spark has no other way to ask
      return false;
    }
  }
}
