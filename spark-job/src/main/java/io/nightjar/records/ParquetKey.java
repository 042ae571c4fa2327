package io.nightjar.records;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/** A cell of an id or a label: a whole number or a text. */
final class ParquetKey extends ParquetCell {

  private final IdType type;
  private long number;
  private Optional<String> text = Optional.empty();

  private ParquetKey(String column, IdType type) {
    super(column);
    this.type = type;
  }

  /**
   * Returns a cell for a column.
   *
   * @throws InvalidInputException if the column holds something else
   */
  static ParquetKey of(Path file, String what, Type type) {
    return new ParquetKey(
        type.getName(),
        typeOf(type)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s column %s is %s: %s must be an int32, int64 or string"
                            .formatted(
                                Names.file(file),
                                Names.quote(type.getName()),
                                ParquetRows.describe(type),
                                what))));
  }

  private static Optional<IdType> typeOf(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return Optional.empty();
    }
    PrimitiveType primitive = type.asPrimitiveType();
    if (ParquetNumber.isInteger(primitive)) {
      return Optional.of(IdType.LONG);
    }
    return isString(primitive) ? Optional.of(IdType.STRING) : Optional.empty();
  }

  /** Returns whether a column holds text. */
  static boolean isString(PrimitiveType type) {
    return type.getPrimitiveTypeName() == PrimitiveTypeName.BINARY
        && type.getLogicalTypeAnnotation() instanceof StringLogicalTypeAnnotation;
  }

  /** Returns the text, unless it is malformed. */
  static Optional<String> utf8(Binary value) {
    try {
      // Binary's own conversion would replace malformed bytes and hide them.
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(value.toByteBuffer()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  IdType type() {
    return type;
  }

  /** Returns the value, or nothing if it is missing, blank or not UTF-8. */
  Optional<RecordId> value() {
    if (!isPresent()) {
      return Optional.empty();
    }
    return type == IdType.LONG
        ? Optional.of(RecordId.of(number))
        : text.filter(t -> !t.isBlank()).map(RecordId::of);
  }

  @Override
  public void addInt(int value) {
    addLong(value);
  }

  @Override
  public void addLong(long value) {
    number = value;
    markPresent();
  }

  @Override
  public void addBinary(Binary value) {
    text = utf8(value);
    markPresent();
  }
}
