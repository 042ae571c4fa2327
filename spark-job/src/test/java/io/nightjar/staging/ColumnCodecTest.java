package io.nightjar.staging;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ColumnCodecTest {

  private static final int RECORDS = 1000;

  private static long[] bits(RealColumns columns) {
    return Arrays.stream(columns.values()).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  private static byte[] assertKept(RealColumns columns) {
    byte[] bytes = ColumnCodec.encode(columns);
    RealColumns read = ColumnCodec.decode(bytes);
    assertEquals(columns.columns(), read.columns());
    assertEquals(columns.records(), read.records());
    assertArrayEquals(bits(columns), bits(read));
    return bytes;
  }

  private static RealColumns columns(double[]... columns) {
    return new RealColumns(
        columns.length,
        columns[0].length,
        Arrays.stream(columns).flatMapToDouble(Arrays::stream).toArray());
  }

  private static double[] column(java.util.function.IntToDoubleFunction value) {
    return IntStream.range(0, RECORDS).mapToDouble(value).toArray();
  }

  @Property(tries = 300)
  void everyBitOfEveryNumberIsKept(
      @ForAll @IntRange(min = 1, max = 5) int columns,
      @ForAll @Size(min = 1, max = 40) List<Long> numbers) {
    double[] values =
        IntStream.range(0, columns * numbers.size())
            .mapToDouble(i -> Double.longBitsToDouble(numbers.get(i * 7 % numbers.size())))
            .toArray();

    byte[] unused = assertKept(new RealColumns(columns, numbers.size(), values));
  }

  @Test
  void zerosWithASignAndWhatIsNoNumberAreKept() {
    byte[] unused =
        assertKept(
            columns(
                new double[] {0.0, -0.0, Double.NaN, Double.longBitsToDouble(0x7ff8000000000123L)},
                new double[] {Double.MIN_VALUE, Double.MAX_VALUE, 1e-320, -1}));
  }

  @Test
  void imagesTakeAByteAValue() {
    Random random = new Random(1);
    double[][] pixels = new double[50][];
    Arrays.setAll(pixels, k -> column(i -> random.nextInt(256) / 255.0));

    byte[] bytes = assertKept(columns(pixels));

    assertTrue(bytes.length < 50 * RECORDS + 256 * 8 + 200, bytes.length + " bytes");
  }

  /** A palette of 256 values is full, and whoever does not fit leaves none of his own in it. */
  @Test
  void columnsOfManyValuesTakeNoPlaceFromThoseOfFew() {
    Random random = new Random(2);
    double[] floats = column(i -> random.nextFloat());
    double[] doubles = column(i -> random.nextDouble());
    double[] few = column(i -> i % 200 / 7.0);
    double[] fewMore = column(i -> i % 56 / 11.0 + 100);
    double[] oneMore = column(i -> i % 2 == 0 ? few[0] : Math.PI);

    byte[] bytes = assertKept(columns(floats, doubles, few, fewMore, doubles, oneMore));

    int expected = RECORDS * (4 + 8 + 1 + 1 + 8 + 8) + 256 * 8;
    int extra = bytes.length - expected;
    assertTrue(0 <= extra && extra < 100, bytes.length + " bytes, not about " + expected);
  }

  @Test
  void bytesThatAreNoColumnsAreRefused() {
    byte[] good =
        ColumnCodec.encode(columns(column(i -> i % 3), column(i -> i / 7.0), column(i -> i / 8.0)));
    for (int length :
        IntStream.concat(IntStream.range(0, 40), IntStream.of(good.length - 1)).toArray()) {
      assertThrows(
          StagingException.class,
          () -> ColumnCodec.decode(Arrays.copyOf(good, length)),
          length + " bytes");
    }
    assertThrows(
        StagingException.class, () -> ColumnCodec.decode(Arrays.copyOf(good, good.length + 1)));
    byte[] unknown = good.clone();
    unknown[8] = 7;
    assertThrows(StagingException.class, () -> ColumnCodec.decode(unknown));
    byte[] negative = good.clone();
    negative[3] = -1;
    assertThrows(StagingException.class, () -> ColumnCodec.decode(negative));
    assertEquals(
        3,
        DoubleStream.of(ColumnCodec.decode(good).values())
            .distinct()
            .filter(x -> x == 0 || x == 1 || x == 2)
            .count());
  }
}
