package io.nightjar.records;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** A cell of a category: a text, or a whole number or a truth value as text. */
final class ParquetCategory extends ParquetFeature {

  private final Encoding encoding;
  private Optional<String> text = Optional.empty();

  private ParquetCategory(String column, Encoding encoding) {
    super(column);
    this.encoding = encoding;
  }

  /**
   * Returns a cell for a column.
   *
   * @throws InvalidInputException if the column holds something else
   */
  static ParquetCategory of(Path file, Type type, Encoding encoding) {
    if (!isCategory(type)) {
      throw new InvalidInputException(
          "%s column %s is %s: a category must be a string, int32, int64 or boolean; cast it"
              .formatted(
                  Names.file(file), Names.quote(type.getName()), ParquetRows.describe(type)));
    }
    return new ParquetCategory(type.getName(), encoding);
  }

  private static boolean isCategory(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    PrimitiveType primitive = type.asPrimitiveType();
    return ParquetKey.isString(primitive)
        || ParquetNumber.isInteger(primitive)
        || primitive.getPrimitiveTypeName() == PrimitiveTypeName.BOOLEAN;
  }

  @Override
  Encoding encoding() {
    return encoding;
  }

  @Override
  Optional<String> encodePresent(double[] values, int at) {
    return text.isPresent() ? encoding.text(text.get(), values, at) : Optional.of(Values.NOT_UTF_8);
  }

  @Override
  public void addInt(int value) {
    addLong(value);
  }

  @Override
  public void addLong(long value) {
    text = Optional.of(Long.toString(value));
    markPresent();
  }

  @Override
  public void addBoolean(boolean value) {
    text = Optional.of(Boolean.toString(value));
    markPresent();
  }

  @Override
  public void addBinary(Binary value) {
    text = ParquetKey.utf8(value);
    markPresent();
  }
}
