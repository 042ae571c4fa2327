package io.nightjar.staging;

import io.nightjar.records.RecordId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The ids of a batch as bytes, in their types. */
final class IdCodec {

  private static final int LONG = 0;
  private static final int STRING = 1;

  private IdCodec() {}

  /** Returns the bytes of ids. */
  static byte[] encode(List<RecordId> ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(ids.size());
      for (RecordId id : ids) {
        if (id instanceof RecordId.OfLong number) {
          out.writeByte(LONG);
          out.writeLong(number.value());
        } else {
          byte[] text = id.text().getBytes(StandardCharsets.UTF_8);
          out.writeByte(STRING);
          out.writeInt(text.length);
          out.write(text);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be written", e);
    }
    return bytes.toByteArray();
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
        switch (in.readUnsignedByte()) {
          case LONG -> ids.add(RecordId.of(in.readLong()));
          case STRING -> ids.add(RecordId.of(text(in)));
          default -> throw new StagingException("an id is of an unknown type");
        }
      }
      if (in.available() > 0) {
        throw new StagingException("there is something behind the last id");
      }
      return ids;
    } catch (EOFException e) {
      throw new StagingException("its ids are malformed", e);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    }
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new StagingException("an id is longer than its file");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
