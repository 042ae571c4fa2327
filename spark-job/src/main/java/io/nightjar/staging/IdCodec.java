package io.nightjar.staging;

import io.nightjar.records.RecordId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;

/** The ids of a batch as bytes, in their types. */
final class IdCodec {

  private static final int LONG = 0;
  private static final int STRING = 1;
  private static final int VALUES = 2;
  private static final int DECIMAL = 3;
  private static final int DATE = 4;
  private static final int INSTANT = 5;
  private static final int LOCAL_TIME = 6;
  private static final int BOOLEAN = 7;
  private static final int INT = 8;
  private static final int SHORT = 9;
  private static final int BYTE = 10;

  private IdCodec() {}

  /** Returns the bytes of ids. */
  static byte[] encode(List<RecordId> ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(ids.size());
      for (RecordId id : ids) {
        if (id instanceof RecordId.OfLong number) {
          write(out, number.value());
        } else if (id instanceof RecordId.OfValues several) {
          out.writeByte(VALUES);
          out.writeByte(several.values().size());
          for (Object value : several.values()) {
            write(out, value);
          }
        } else {
          write(out, id.text());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Long number) {
      out.writeByte(LONG);
      out.writeLong(number);
    } else if (value instanceof String text) {
      text(out, STRING, text);
    } else if (value instanceof BigDecimal decimal) {
      text(out, DECIMAL, decimal.toString());
    } else if (value instanceof LocalDate date) {
      out.writeByte(DATE);
      out.writeLong(date.toEpochDay());
    } else if (value instanceof Instant instant) {
      out.writeByte(INSTANT);
      out.writeLong(instant.getEpochSecond());
      out.writeInt(instant.getNano());
    } else if (value instanceof LocalDateTime time) {
      text(out, LOCAL_TIME, time.toString());
    } else if (value instanceof Boolean truth) {
      out.writeByte(BOOLEAN);
      out.writeBoolean(truth);
    } else if (value instanceof Integer number) {
      out.writeByte(INT);
      out.writeInt(number);
    } else if (value instanceof Short number) {
      out.writeByte(SHORT);
      out.writeShort(number);
    } else if (value instanceof Byte number) {
      out.writeByte(BYTE);
      out.writeByte(number);
    } else {
      throw new IllegalArgumentException("An id of " + value.getClass());
    }
  }

  private static void text(DataOutputStream out, int type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte(type);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /**
   * Returns the ids that bytes were made of.
   *
   * @throws StagingException if they are not such bytes
   */
  static List<RecordId> decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int count = in.readInt();
      List<RecordId> ids = new ArrayList<>(Math.min(count, bytes.length));
      for (int i = 0; i < count; i++) {
        int type = in.readUnsignedByte();
        if (type == VALUES) {
          List<Object> values = new ArrayList<>();
          for (int left = in.readUnsignedByte(); left > 0; left--) {
            values.add(value(in, in.readUnsignedByte()));
          }
          ids.add(RecordId.of(values));
        } else {
          ids.add(single(value(in, type)));
        }
      }
      if (in.available() > 0) {
        throw new StagingException("there is something behind the last id");
      }
      return ids;
    } catch (EOFException | ArithmeticException | DateTimeException | NumberFormatException e) {
      throw new StagingException("its ids are malformed", e);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
  }

  private static RecordId single(Object value) {
    if (value instanceof Long number) {
      return RecordId.of(number);
    } else if (value instanceof String text) {
      return RecordId.of(text);
    }
    throw new StagingException("an id is of a type that it cannot have alone");
  }

  private static Object value(DataInputStream in, int type) throws IOException {
    return switch (type) {
      case LONG -> in.readLong();
      case STRING -> text(in);
      case DECIMAL -> new BigDecimal(text(in));
      case DATE -> LocalDate.ofEpochDay(in.readLong());
      case INSTANT -> Instant.ofEpochSecond(in.readLong(), in.readInt());
      case LOCAL_TIME -> LocalDateTime.parse(text(in));
      case BOOLEAN -> in.readBoolean();
      case INT -> in.readInt();
      case SHORT -> in.readShort();
      case BYTE -> in.readByte();
      default -> throw new StagingException("an id is of an unknown type");
    };
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new StagingException("an id is longer than its file");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
