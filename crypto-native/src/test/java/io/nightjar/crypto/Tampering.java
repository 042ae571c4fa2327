package io.nightjar.crypto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/** What tests do to headers on the wire to see what their readers make of it. */
public final class Tampering {

  /** Where choices come from: a random generator, or a fuzzer's bytes. */
  public interface Choices {
    /** From 0 to below {@code bound}. */
    int below(int bound);
  }

  /** A field of a header. */
  public record Field(int offset, int bytes) {}

  /** Numbers at which something begins or ends. */
  private static final long[] INTERESTING = {
    0,
    1,
    2,
    3,
    4,
    5,
    31,
    32,
    33,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    0x7fff,
    0x8000,
    0xffff,
    1 << 20,
    (1 << 20) + 1,
    Integer.MAX_VALUE,
    0x80000000L,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    Double.doubleToLongBits(1),
    Double.doubleToLongBits(0x1p40),
    Double.doubleToLongBits(Double.NaN),
    Double.doubleToLongBits(Double.POSITIVE_INFINITY)
  };

  private static final int SEEDS_TRIED = 3000;
  private static final int SEED_BYTES = 64;
  private static final long SEED = 20251103;

  private Tampering() {}

  /**
   * Returns choices that are made of bytes, as a fuzzer has them; after the last one come zeros.
   */
  public static Choices of(byte[] bytes) {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    return bound -> {
      int value = 0;
      for (int covered = bound - 1; covered > 0; covered >>>= Byte.SIZE) {
        int next = left.hasRemaining() ? Byte.toUnsignedInt(left.get()) : 0;
        value = value << Byte.SIZE | next;
      }
      return Math.floorMod(value, bound);
    };
  }

  /**
   * Returns bytes to begin a search with, the same in every run: for each reason that a reader
   * refuses for, the first that make it do so, and the first that it accepts.
   *
   * @param refusal what the reader says to what is made of choices, or nothing if it accepts that
   */
  public static List<byte[]> seeds(Function<Choices, Optional<String>> refusal) {
    Random random = new Random(SEED);
    Map<String, byte[]> first = new LinkedHashMap<>();
    for (int i = 0; i < SEEDS_TRIED; i++) {
      byte[] bytes = new byte[SEED_BYTES];
      random.nextBytes(bytes);
      // Without the values, what is left of a message is the reason.
      String reason = refusal.apply(of(bytes)).orElse("").replaceAll("\\w*\\d\\w*", "");
      first.putIfAbsent(reason, bytes);
    }
    return List.copyOf(first.values());
  }

  /** Changes one of a header's fields by one, or puts an interesting number there. */
  public static void overwriteField(byte[] bytes, List<Field> fields, Choices choices) {
    Field field = fields.get(choices.below(fields.size()));
    ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    value.put(bytes, field.offset(), field.bytes());
    long before = value.getLong(0);
    value.putLong(
        0,
        switch (choices.below(3)) {
          case 0 -> before + 1;
          case 1 -> before - 1;
          default -> INTERESTING[choices.below(INTERESTING.length)];
        });
    System.arraycopy(value.array(), 0, bytes, field.offset(), field.bytes());
  }
}
