package io.nightjar.tables;

import io.nightjar.records.TableCells;
import io.nightjar.staging.Piece;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What a task has staged, or found wrong.
 *
 * @param pieces where its records are
 * @param digest the sum of the digests of its records
 * @param outside how many numbers lay beyond the ends of each column that is scaled
 * @param faults the first that are wrong
 * @param bad how many are
 */
record StagedPart(List<Piece> pieces, Sum digest, List<Long> outside, List<Fault> faults, long bad)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** Returns it as bytes, which every serializer of Spark's knows; Kryo knows no records. */
  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be written", e);
    }
    return bytes.toByteArray();
  }

  /** Returns what a task of this process has made bytes of. */
  static StagedPart of(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (StagedPart) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException("An array cannot fail to be read", e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("A task has sent something else", e);
    }
  }

  /** How many faults a task tells of. */
  static final int MOST_FAULTS = 5;

  /**
   * What is wrong with a row.
   *
   * @param position where it stood
   * @param column which column is wrong; empty if it is the row as a whole
   */
  record Fault(long position, String column, String why) implements Serializable {
    private static final long serialVersionUID = 1;

    /** Returns whether it is the row as a whole that is wrong. */
    boolean isOfRow() {
      return column.isEmpty();
    }

    /** Returns a fault with the place where its row stood. */
    static Fault of(long position, TableCells.Fault fault) {
      return new Fault(position, fault.column(), fault.why());
    }
  }

  /** A sum of digests. */
  static final class Sum implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    Sum(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }
}
