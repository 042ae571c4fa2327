package io.nightjar.records;

import io.nightjar.model.Range;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** A cell of a feature: an integer or a floating-point number. */
final class ParquetNumber extends ParquetFeature {

  private final NumberEncoding encoding;
  private final Range range;
  private double value;

  private ParquetNumber(String column, NumberEncoding encoding) {
    super(column);
    this.encoding = encoding;
    this.range = encoding.range();
  }

  /**
   * Returns a cell for a column.
   *
   * @throws InvalidInputException if the column holds something other than numbers
   */
  static ParquetNumber of(Path file, Type type, NumberEncoding encoding) {
    if (!isNumber(type)) {
      throw new InvalidInputException(
          "%s column %s is %s: a feature must be an int32, int64, float or double; cast it"
              .formatted(
                  Names.file(file), Names.quote(type.getName()), ParquetRows.describe(type)));
    }
    return new ParquetNumber(type.getName(), encoding);
  }

  private static boolean isNumber(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    PrimitiveType primitive = type.asPrimitiveType();
    PrimitiveTypeName name = primitive.getPrimitiveTypeName();
    return isInteger(primitive)
        || name == PrimitiveTypeName.FLOAT
        || name == PrimitiveTypeName.DOUBLE;
  }

  /** Returns whether a column holds whole numbers, and not dates, decimals or unsigned numbers. */
  static boolean isInteger(PrimitiveType type) {
    boolean plain =
        type.getLogicalTypeAnnotation() == null
            || (type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation annotation
                && annotation.isSigned());
    PrimitiveTypeName name = type.getPrimitiveTypeName();
    return plain && (name == PrimitiveTypeName.INT32 || name == PrimitiveTypeName.INT64);
  }

  @Override
  Encoding encoding() {
    return encoding;
  }

  @Override
  Optional<String> encodePresent(double[] values, int at) {
    return encoding.number(value, values, at);
  }

  @Override
  public void addInt(int number) {
    addDouble(number);
  }

  @Override
  public void addLong(long number) {
    addDouble((double) number);
  }

  @Override
  public void addFloat(float number) {
    addDouble(Values.widen(number, range));
  }

  @Override
  public void addDouble(double number) {
    value = number;
    markPresent();
  }
}
