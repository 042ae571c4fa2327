package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.plan.Plan;
import io.nightjar.records.RecordId;
import io.nightjar.results.ResultField;
import io.nightjar.staging.StagedRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.types.DataTypes;

/**
 * The columns by whose values results are divided, which are looked at before anything is
 * encrypted: what becomes of their values as names of directories, and how many there are.
 */
final class PartitionColumns {

  /** More parts than that are no division of results any more, but an index of them. */
  static final int MOST = 10_000;

  /** What the name of a directory has room for on all file systems, with some to spare. */
  private static final int MOST_BYTES = 200;

  private final List<String> names;
  private final ResultSchema schema;
  private final Plan plan;

  PartitionColumns(List<String> names, ResultSchema schema, Plan plan) {
    this.names = names;
    this.schema = schema;
    this.plan = plan;
  }

  /**
   * Refuses columns that do not divide results.
   *
   * @throws InvalidTargetException if the results of these records have none of that name, or too
   *     many values in them, or values that would not be read back
   */
  void require(StagedRecords records) throws IOException {
    for (String name : names) {
      require(name);
    }
    long most = MOST / classes();
    if (most == 0) {
      throw refused("in more than %,d parts".formatted(MOST));
    }
    requireFew(records, most);
  }

  private void require(String name) {
    if (!Arrays.asList(schema.all().fieldNames()).contains(name)) {
      throw new InvalidTargetException(
          "Results cannot be divided by the column %s: they have %s"
              .formatted(Text.quote(name), schema.names()));
    }
    if (name.startsWith("_") || name.startsWith(".")) {
      throw new InvalidTargetException(
          "Results cannot be divided by the column %s: directories with such names are passed over by those who read"
              .formatted(Text.quote(name)));
    }
    if (schema.all().apply(name).dataType().equals(DataTypes.DoubleType)) {
      throw new InvalidTargetException(
          "Results cannot be divided by the column %s: it holds real numbers"
              .formatted(Text.quote(name)));
    }
  }

  private InvalidTargetException refused(String why) {
    return new InvalidTargetException(
        "The column%s %s would divide the results %s: choose a column with few values"
            .formatted(names.size() == 1 ? "" : "s", String.join(", ", names), why));
  }

  /** Returns into how many parts classes divide results. */
  private int classes() {
    boolean any =
        ResultField.of(plan.task(), plan.classes(), plan.outputs()).stream()
            .anyMatch(field -> names.contains(field.name()));
    if (any) {
      plan.classes().forEach(this::requireReadable);
    }
    return any ? plan.outputs() : 1;
  }

  /** Refuses columns of ids that have more values together than so many. */
  private void requireFew(StagedRecords records, long most) throws IOException {
    List<String> ids = Arrays.asList(schema.ids().fieldNames());
    int[] chosen = IntStream.range(0, ids.size()).filter(i -> names.contains(ids.get(i))).toArray();
    if (chosen.length == 0) {
      return;
    }
    if (chosen.length == ids.size()) {
      throw refused("in as many parts as there are records");
    }
    Set<List<Object>> found = new HashSet<>();
    records.visit(
        id -> {
          List<Object> values = ((RecordId.OfValues) id).values();
          List<Object> key = Arrays.stream(chosen).mapToObj(values::get).toList();
          if (found.add(key)) {
            key.stream().map(Object::toString).forEach(this::requireReadable);
          }
          if (found.size() > most) {
            throw refused("in more than %,d parts".formatted(MOST));
          }
        });
  }

  /** Refuses what cannot be the name of a directory, or is that of a null. */
  private void requireReadable(String value) {
    byte[] name = ExternalCatalogUtils.escapePathName(value).getBytes(StandardCharsets.UTF_8);
    if (value.isEmpty()
        || value.equals(ExternalCatalogUtils.DEFAULT_PARTITION_NAME())
        || name.length > MOST_BYTES) {
      throw new InvalidTargetException(
          "Results cannot be divided by %s: a value is empty, longer than %d bytes as the name of a directory, or the name that Spark gives to none"
              .formatted(String.join(", ", names), MOST_BYTES));
    }
  }
}
