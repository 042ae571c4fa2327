package io.nightjar.tables;

import io.nightjar.model.Text;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A table to which results are added, in one commit and once for a job.
 *
 * <p>It must be of a format in which a commit can be found again: a process may end behind the
 * commit and before it can say so, and the next one must not add the same results again.
 */
final class OutputTable {

  private static final Set<String> MISSING =
      Set.of("TABLE_OR_VIEW_NOT_FOUND", "PATH_NOT_FOUND", "DELTA_MISSING_DELTA_TABLE");

  private static final String SESSION_CATALOG = "spark_catalog";
  private static final String CATALOGS = "spark.sql.catalog.";
  private static final String BUILT_IN = "builtin";
  private static final String IN_MEMORY = "in-memory";

  /** What implements Spark's own catalog if nothing else does, and what adds only formats to it. */
  private static final Set<String> FORGETFUL =
      Set.of(BUILT_IN, "org.apache.spark.sql.delta.catalog.DeltaCatalog");

  /** How Spark marks a text of limited length, which is a text like any other in a schema. */
  private static final String LIMITED = "__CHAR_VARCHAR_TYPE_STRING";

  /** The whole numbers, each of which has room for those before it. */
  private static final List<DataType> INTEGERS =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private final SparkSession session;
  private final ResultTarget.Table target;
  private final List<String> parts;

  /** Its name, quoted. */
  private final String name;

  /**
   * Opens a table, which need not be there.
   *
   * @throws InvalidTargetException if its name is none
   */
  OutputTable(SparkSession session, ResultTarget.Table target) {
    this.session = session;
    this.target = target;
    this.parts = parts(target.name());
    this.name =
        parts.stream()
            .map(part -> "`" + part.replace("`", "``") + "`")
            .collect(Collectors.joining("."));
  }

  private static List<String> parts(String name) {
    try {
      return CollectionConverters.asJava(new CatalystSqlParser().parseMultipartIdentifier(name));
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      if (e instanceof ParseException) {
        throw new InvalidTargetException(
            "%s is not the name of a table, such as catalog.namespace.table"
                .formatted(Text.quote(name)),
            e);
      }
      throw e;
    }
  }

  /**
   * Refuses a table that cannot take results, and one that is not there and cannot be made.
   *
   * @param neighbours know where results must not be
   * @throws InvalidTargetException saying why
   */
  void require(ResultSchema schema, TablePublishing.Neighbours neighbours) throws IOException {
    Optional<StructType> columns = columns();
    if (columns.isPresent()) {
      requireWhatWasAskedFor();
      requireFits(schema, columns.get());
      requireUnseen(location(), neighbours);
    } else {
      requireCanBeMade();
      if (isPath()) {
        requireUnseen(new Path(parts.get(1)), neighbours);
      }
    }
  }

  private void requireUnseen(Path place, TablePublishing.Neighbours neighbours) throws IOException {
    if (neighbours.canRead(place)) {
      throw refused("it is in %s, in the exchange, where the other party reads".formatted(place));
    }
  }

  /** Returns the columns of the table, if it is there. */
  private Optional<StructType> columns() {
    try {
      return Optional.of(session.table(name).schema());
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      if (e instanceof SparkThrowable known && MISSING.contains(known.getCondition())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Returns whether the table is named by the place where it is, as Delta's can be. */
  private boolean isPath() {
    return parts.size() == 2
        && parts.get(0).equalsIgnoreCase(CommitMark.DELTA.format())
        && parts.get(1).contains(Path.SEPARATOR);
  }

  private InvalidTargetException refused(String why) {
    return new InvalidTargetException(
        "Results cannot be added to the table %s: %s".formatted(Text.quote(target.name()), why));
  }

  /** Refuses a table that is there and is not as it was asked for. */
  private void requireWhatWasAskedFor() throws IOException {
    CommitMark mark = mark();
    if (target.format().isPresent() && !target.format().get().equalsIgnoreCase(mark.format())) {
      throw refused("it is there, in the format %s".formatted(mark.format()));
    }
    List<String> partitions = partitions();
    if (!target.partitions().isEmpty() && !target.partitions().equals(partitions)) {
      throw refused(
          "it is there, and divided by %s"
              .formatted(partitions.isEmpty() ? "no column" : partitions));
    }
  }

  /** Returns the columns by which the table is divided. */
  private List<String> partitions() throws IOException {
    try {
      return session.catalog().listColumns(name).collectAsList().stream()
          .filter(org.apache.spark.sql.catalog.Column::isPartition)
          .map(org.apache.spark.sql.catalog.Column::name)
          .toList();
    } catch (AnalysisException e) {
      throw new IOException("the catalog does not say how the table is divided", e);
    }
  }

  /** Returns what its commits are told apart by. */
  private CommitMark mark() {
    String format = detail("Provider").orElse("");
    return CommitMark.of(format)
        .orElseThrow(
            () ->
                refused(
                    "only in a table of %s all of them appear at once, and are found again by a command that is run again; this one is %s"
                        .formatted(
                            CommitMark.names(), format.isEmpty() ? "of another kind" : format)));
  }

  private Path location() {
    return detail("Location")
        .map(Path::new)
        .orElseThrow(() -> refused("its catalog does not say where it is"));
  }

  /** Returns what the catalog says of the table; it does so behind what it says of columns. */
  private Optional<String> detail(String title) {
    return session.sql("DESCRIBE TABLE EXTENDED " + name).collectAsList().stream()
        .filter(row -> row.getString(0).equals(title))
        .map(row -> row.getString(1))
        .reduce((before, last) -> last);
  }

  private void requireFits(ResultSchema schema, StructType table) {
    List<String> wrong =
        Arrays.stream(schema.all().fields())
            .filter(column -> Arrays.stream(table.fields()).noneMatch(to -> takes(to, column)))
            .map(column -> column.name() + " " + column.dataType().simpleString())
            .toList();
    if (!wrong.isEmpty()) {
      throw refused("it has no column that takes %s".formatted(String.join(", ", wrong)));
    }
    List<String> more =
        Arrays.stream(table.fields())
            .filter(to -> Arrays.stream(schema.all().fields()).noneMatch(one -> isNamed(to, one)))
            .map(StructField::name)
            .toList();
    if (!more.isEmpty()) {
      throw refused("results have nothing for its columns %s".formatted(String.join(", ", more)));
    }
  }

  private static boolean takes(StructField to, StructField column) {
    DataType from = column.dataType();
    int widening = INTEGERS.indexOf(to.dataType()) - INTEGERS.indexOf(from);
    boolean same = to.dataType().catalogString().equals(from.catalogString());
    boolean wider = INTEGERS.contains(from) && INTEGERS.contains(to.dataType()) && widening > 0;
    return isNamed(to, column) && (same || wider) && !to.metadata().contains(LIMITED);
  }

  private static boolean isNamed(StructField one, StructField other) {
    return one.name().equalsIgnoreCase(other.name());
  }

  /** Refuses a table that is not there and would not be made, or be forgotten with this process. */
  private void requireCanBeMade() {
    Optional<String> format = target.format();
    if (format.isEmpty() || CommitMark.of(format.get()).isEmpty()) {
      throw refused(
          "it is not there; to have it made say --output-format %s".formatted(CommitMark.names()));
    }
    if (isPath()) {
      requirePathCanBeTable();
      return;
    }
    if (isInSessionCatalog()
        && session.conf().get("spark.sql.catalogImplementation", IN_MEMORY).equals(IN_MEMORY)
        && FORGETFUL.contains(sessionCatalog())) {
      throw refused(
          "Spark's catalog is in the memory of this process: name one that lasts, or the table by its path, as in delta.`/lake/table`");
    }
    if (parts.size() > 1 && !session.catalog().databaseExists(namespace())) {
      throw refused("there is no %s".formatted(namespace().replace("`", "")));
    }
  }

  private void requirePathCanBeTable() {
    if (sessionCatalog().equals(BUILT_IN)) {
      throw refused(
          "a table is named by its path only where %s%s is Delta's"
              .formatted(CATALOGS, SESSION_CATALOG));
    }
  }

  /** Returns what implements Spark's own catalog. */
  private String sessionCatalog() {
    return session.conf().get(CATALOGS + SESSION_CATALOG, BUILT_IN);
  }

  private boolean isInSessionCatalog() {
    if (parts.get(0).equalsIgnoreCase(SESSION_CATALOG)) {
      return true;
    }
    boolean named = parts.size() > 1 && session.conf().contains(CATALOGS + parts.get(0));
    return !named && parts.size() < 3 && session.catalog().currentCatalog().equals(SESSION_CATALOG);
  }

  private String namespace() {
    return parts.subList(0, parts.size() - 1).stream()
        .map(part -> "`" + part.replace("`", "``") + "`")
        .collect(Collectors.joining("."));
  }

  /**
   * Adds all rows, unless that was done for the job already, and returns the version that has them.
   *
   * @return the version; empty if it is not known any more
   */
  String add(
      Dataset<Row> rows, ResultSchema schema, UUID job, TablePublishing.Neighbours neighbours)
      throws IOException {
    if (columns().isEmpty()) {
      make(schema);
    }
    requireUnseen(location(), neighbours);
    CommitMark mark = mark();
    Optional<String> before = mark.find(session, name, job);
    if (before.isPresent()) {
      return before.get();
    }
    requireFits(schema, columns().orElseThrow());
    try {
      rows.writeTo(name).options(target.options()).options(mark.options(job)).append();
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new IOException("the rows cannot be added", e);
    }
    return mark.find(session, name, job).orElse("");
  }

  /** Makes the table, without rows. */
  private void make(ResultSchema schema) throws IOException {
    CreateTableWriter<Row> writer =
        session
            .createDataFrame(List.of(), schema.all())
            .writeTo(name)
            .using(target.format().orElseThrow().toLowerCase(Locale.ROOT));
    Column[] columns = target.partitions().stream().map(functions::col).toArray(Column[]::new);
    try {
      if (columns.length > 0) {
        writer = writer.partitionedBy(columns[0], Arrays.copyOfRange(columns, 1, columns.length));
      }
      writer.create();
    } catch (Exception e) { // Scala throws checked ones too, and Java does not see it
      throw new IOException("the table cannot be made", e);
    }
  }
}
