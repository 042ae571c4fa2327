package io.nightjar.tables;

import io.nightjar.model.Text;
import io.nightjar.plan.Plan;
import io.nightjar.records.IdType;
import io.nightjar.results.ResultField;
import io.nightjar.staging.StagedRecords;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of results, as Spark has them.
 *
 * @param ids those that tell records apart; one alone is called so, whatever it was before
 * @param results all others
 */
record ResultSchema(StructType ids, StructType results) {

  private static final String ID = "id";

  /** Returns the columns of the results of a plan for records. */
  static ResultSchema of(StagedRecords records, Plan plan) {
    StructType results = new StructType();
    for (ResultField field : ResultField.of(plan.task(), plan.classes(), plan.outputs())) {
      results = results.add(field.name(), type(field.kind()));
    }
    return new ResultSchema(ids(records), results);
  }

  private static DataType type(ResultField.Kind kind) {
    return switch (kind) {
      case CLASS -> DataTypes.IntegerType;
      case CLASS_NAME -> DataTypes.StringType;
      case REAL -> DataTypes.DoubleType;
    };
  }

  private static StructType ids(StagedRecords records) {
    if (records.idSchema().isEmpty()) {
      boolean number = records.census().idType() == IdType.LONG;
      return new StructType().add(ID, number ? DataTypes.LongType : DataTypes.StringType);
    }
    StructType found = StructType.fromDDL(records.idSchema());
    StructType ids = new StructType();
    for (StructField id : found.fields()) {
      ids = ids.add(found.size() == 1 ? ID : id.name(), id.dataType());
    }
    return ids;
  }

  /** Returns the columns that parts have, in which a record's place is its id. */
  StructType ofParts() {
    return joined(new StructType().add(ID, DataTypes.LongType), results);
  }

  /** Returns all columns. */
  StructType all() {
    return joined(ids, results);
  }

  /** Returns all columns, of which none has a null, as results are. */
  StructType required() {
    StructType required = new StructType();
    for (StructField field : all().fields()) {
      required = required.add(field.name(), field.dataType(), false);
    }
    return required;
  }

  private static StructType joined(StructType first, StructType rest) {
    StructType all = first;
    for (StructField field : rest.fields()) {
      all = all.add(field);
    }
    return all;
  }

  /**
   * Refuses ids that are called like what is predicted.
   *
   * @throws InvalidTargetException naming the column
   */
  void requireDistinct() {
    Set<String> names = new HashSet<>();
    for (StructField field : joined(results, ids).fields()) {
      if (!names.add(field.name().toLowerCase(Locale.ROOT))) {
        throw new InvalidTargetException(
            "The id column %s is called like another column of results: give it another name (--columns)"
                .formatted(Text.quote(field.name())));
      }
    }
  }

  /** Returns the names of all columns, for a message. */
  String names() {
    return String.join(", ", Arrays.asList(all().fieldNames()));
  }
}
