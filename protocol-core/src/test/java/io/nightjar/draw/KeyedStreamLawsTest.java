package io.nightjar.draw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.nightjar.draw.KeyedStream.Purpose;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class KeyedStreamLawsTest {

  /** A request is an odd number of bytes, or a long where it is even. */
  @Property(tries = 300)
  void theBytesDoNotDependOnHowTheyAreAskedFor(
      @ForAll @Size(max = 40) List<@IntRange(max = 3000) Integer> requests) {
    byte[] expected = new byte[total(requests)];
    stream(Purpose.HIDE, 1).nextBytes(expected);

    KeyedStream stream = stream(Purpose.HIDE, 1);
    ByteBuffer actual = ByteBuffer.allocate(expected.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int request : requests) {
      if (asksForLong(request)) {
        actual.putLong(stream.nextLong());
      } else {
        byte[] bytes = new byte[request];
        stream.nextBytes(bytes);
        actual.put(bytes);
      }
    }

    assertArrayEquals(expected, actual.array());
  }

  /** The longs are read at every offset from the end of the buffer. */
  @Property(tries = 100)
  void longsAfterAnyNumberOfBytesAreTheNextBytes(@ForAll @IntRange(max = 5000) int before) {
    byte[] expected = new byte[before + 1100 * Long.BYTES];
    stream(Purpose.DRAW, 2).nextBytes(expected);

    KeyedStream stream = stream(Purpose.DRAW, 2);
    stream.nextBytes(new byte[before]);
    ByteBuffer rest = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).position(before);
    while (rest.hasRemaining()) {
      assertEquals(rest.getLong(), stream.nextLong());
    }
  }

  /** Names have few numbers, and small ones, so that they are often nearly equal. */
  @Property(tries = 2000)
  void twoNamesHaveOneStreamOnlyIfTheyAreEqual(
      @ForAll Purpose one,
      @ForAll @Size(max = 4) List<@LongRange(min = -1, max = 1) Long> ofOne,
      @ForAll Purpose two,
      @ForAll @Size(max = 4) List<@LongRange(min = -1, max = 1) Long> ofTwo) {
    long[] first = longs(stream(one, fields(ofOne)));
    long[] second = longs(stream(two, fields(ofTwo)));

    assertEquals(one == two && ofOne.equals(ofTwo), Arrays.equals(first, second));
  }

  @Property(tries = 300)
  void anotherSecretMakesAnotherStream(@ForAll int one, @ForAll int two) {
    Assume.that(one != two);
    try (JobSecret first = JobSecret.fixedForTests(one);
        JobSecret second = JobSecret.fixedForTests(two)) {
      long[] ofFirst = longs(KeyedStream.open(first, Purpose.DRAW, 1));
      long[] ofSecond = longs(KeyedStream.open(second, Purpose.DRAW, 1));

      assertFalse(Arrays.equals(ofFirst, ofSecond));
    }
  }

  private static boolean asksForLong(int request) {
    return request % 2 == 0;
  }

  private static int total(List<Integer> requests) {
    return requests.stream().mapToInt(r -> asksForLong(r) ? Long.BYTES : r).sum();
  }

  private static long[] fields(List<Long> fields) {
    return fields.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] longs(KeyedStream stream) {
    return new long[] {stream.nextLong(), stream.nextLong()};
  }

  private static KeyedStream stream(Purpose purpose, long... fields) {
    try (JobSecret secret = JobSecret.fixedForTests(7)) {
      return KeyedStream.open(secret, purpose, fields);
    }
  }
}
