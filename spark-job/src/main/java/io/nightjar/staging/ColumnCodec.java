package io.nightjar.staging;

import io.nightjar.crypto.RealColumns;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Columns of real numbers as bytes, every bit of them, in as few bytes as their values allow.
 *
 * <p>A column is written as places in a palette of at most 256 values that all columns share, which
 * images and categories fit into; or as floats, if every value is one; or as doubles.
 */
final class ColumnCodec {

  private static final byte PALETTE = 0;
  private static final byte FLOATS = 1;
  private static final byte DOUBLES = 2;

  private ColumnCodec() {}

  /** Returns the bytes of columns. */
  static byte[] encode(RealColumns columns) {
    int records = columns.records();
    double[] values = columns.values();
    Palette palette = new Palette();
    byte[] places = new byte[values.length];
    byte[] kinds = new byte[columns.columns()];
    long bytes = 2L * Integer.BYTES + kinds.length;
    for (int k = 0; k < kinds.length; k++) {
      int from = k * records;
      kinds[k] = kind(palette, values, from, from + records, places);
      bytes += (long) records * width(kinds[k]);
    }
    bytes += Integer.BYTES + (long) palette.size() * Double.BYTES;
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(kinds.length).putInt(records).put(kinds).putInt(palette.size());
    palette.put(out);
    for (int k = 0; k < kinds.length; k++) {
      put(out, kinds[k], values, k * records, records, places);
    }
    return out.array();
  }

  private static byte kind(Palette palette, double[] values, int from, int end, byte[] places) {
    if (palette.place(values, from, end, places)) {
      return PALETTE;
    }
    for (int i = from; i < end; i++) {
      double widened = (float) values[i];
      if (Double.doubleToRawLongBits(widened) != Double.doubleToRawLongBits(values[i])) {
        return DOUBLES;
      }
    }
    return FLOATS;
  }

  private static int width(byte kind) {
    return switch (kind) {
      case PALETTE -> Byte.BYTES;
      case FLOATS -> Float.BYTES;
      case DOUBLES -> Double.BYTES;
      default -> throw new StagingException("a column is of an unknown kind");
    };
  }

  private static void put(
      ByteBuffer out, byte kind, double[] values, int from, int records, byte[] places) {
    switch (kind) {
      case PALETTE -> out.put(places, from, records);
      case FLOATS -> {
        for (int i = from; i < from + records; i++) {
          out.putFloat((float) values[i]);
        }
      }
      default -> {
        out.asDoubleBuffer().put(values, from, records);
        out.position(out.position() + records * Double.BYTES);
      }
    }
  }

  /**
   * Returns the columns that bytes were made of.
   *
   * @throws StagingException if they are not such bytes
   */
  static RealColumns decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      byte[] kinds = new byte[in.getInt()];
      int records = in.getInt();
      in.get(kinds);
      double[] palette = new double[in.getInt()];
      in.asDoubleBuffer().get(palette);
      in.position(in.position() + palette.length * Double.BYTES);
      double[] values = new double[Math.multiplyExact(kinds.length, records)];
      for (int k = 0; k < kinds.length; k++) {
        int from = k * records;
        switch (kinds[k]) {
          case PALETTE -> {
            look(palette, bytes, in.position(), values, from, records);
            in.position(in.position() + records);
          }
          case FLOATS -> {
            for (int i = from; i < from + records; i++) {
              values[i] = in.getFloat();
            }
          }
          case DOUBLES -> {
            in.asDoubleBuffer().get(values, from, records);
            in.position(in.position() + records * Double.BYTES);
          }
          default -> throw new StagingException("a column is of an unknown kind");
        }
      }
      if (in.hasRemaining()) {
        throw new StagingException("there is something behind the last column");
      }
      return new RealColumns(kinds.length, records, values);
    } catch (java.nio.BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException
        | NegativeArraySizeException e) {
      throw new StagingException("its columns are malformed", e);
    }
  }

  /** Looks the values of a column up; of arrays, because that is what compilers are good at. */
  private static void look(
      double[] palette, byte[] places, int at, double[] values, int from, int count) {
    for (int i = 0; i < count; i++) {
      values[from + i] = palette[places[at + i] & 0xff];
    }
  }

  /** The values that columns have places for, told apart by their bits. */
  private static final class Palette {
    private static final int MOST = 256;
    private static final int SLOTS = 4 * MOST;
    private static final int FREE = -1;
    private static final long SPREAD = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio

    private final long[] bits = new long[MOST];
    private final short[] slots = new short[SLOTS];
    private int size;

    Palette() {
      Arrays.fill(slots, (short) FREE);
    }

    int size() {
      return size;
    }

    /** Finds places for a column, or leaves everything as it was if there are not enough. */
    boolean place(double[] values, int from, int end, byte[] places) {
      int before = size;
      long last = Double.doubleToRawLongBits(values[from]);
      int place = place(last);
      for (int i = from; i < end; i++) {
        long value = Double.doubleToRawLongBits(values[i]);
        if (value != last) {
          last = value;
          place = place(value);
        }
        if (place == FREE) {
          shrink(before);
          return false;
        }
        places[i] = (byte) place;
      }
      return true;
    }

    private int place(long value) {
      int slot = (int) ((value * SPREAD) >>> (Long.SIZE - Integer.numberOfTrailingZeros(SLOTS)));
      while (slots[slot] != FREE) {
        if (bits[slots[slot]] == value) {
          return slots[slot];
        }
        slot = (slot + 1) % SLOTS;
      }
      if (size == MOST) {
        return FREE;
      }
      bits[size] = value;
      slots[slot] = (short) size;
      return size++;
    }

    private void shrink(int to) {
      Arrays.fill(slots, (short) FREE);
      size = 0;
      for (int i = 0; i < to; i++) {
        int unused = place(bits[i]); // as it was
      }
    }

    void put(ByteBuffer out) {
      for (int i = 0; i < size; i++) {
        out.putLong(bits[i]);
      }
    }
  }
}
