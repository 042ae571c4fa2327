package io.nightjar.records;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** A cell of a category: a text, or a whole number or a truth value as text. */
final class ParquetCategory extends ParquetFeature {

  private final Encoding encoding;
  private String text = "";
  private boolean malformed;

  private ParquetCategory(String column, Encoding encoding) {
    super(column, encoding);
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
  Optional<String> encodePresent(double[] values, int at) {
    return malformed ? Optional.of(Values.NOT_UTF_8) : encoding.text(text, values, at);
  }

  @Override
  public void addInt(int value) {
    addLong(value);
  }

  @Override
  public void addLong(long value) {
    text = Long.toString(value);
    markPresent();
  }

  @Override
  public void addBoolean(boolean value) {
    text = Boolean.toString(value);
    markPresent();
  }

  @Override
  public void addBinary(Binary value) {
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(value.toByteBuffer()).toString();
      malformed = false;
    } catch (CharacterCodingException e) {
      malformed = true;
    }
    markPresent();
  }
}
