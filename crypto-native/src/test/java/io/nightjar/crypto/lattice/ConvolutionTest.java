package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.Cancellation;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.layer.Axis;
import io.nightjar.crypto.layer.Convolution;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gathers of a convolution make an integer layer the convolution that a textbook defines. */
class ConvolutionTest {

  @Provide
  Arbitrary<Convolution> convolutions() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(1, 9),
            Arbitraries.integers().between(1, 9),
            axes(),
            axes())
        .filter(
            (channels, height, width, vertical, horizontal) ->
                vertical.places(height) > 0 && horizontal.places(width) > 0)
        .as(Convolution::new);
  }

  private static Arbitrary<Axis> axes() {
    Arbitrary<Integer> padding = Arbitraries.integers().between(0, 6);
    return Combinators.combine(
            Arbitraries.integers().between(1, 5),
            Arbitraries.integers().between(1, 4),
            Arbitraries.integers().between(1, 3),
            padding,
            padding)
        .as(Axis::new);
  }

  @Property(tries = 500)
  void gatheredSumsAreTheConvolution(
      @ForAll("convolutions") Convolution convolution, @ForAll long seed) {
    Random random = new Random(seed);
    int maps = 1 + random.nextInt(3);
    long[] image =
        random
            .longs(
                (long) convolution.channels() * convolution.height() * convolution.width(),
                -128,
                128)
            .toArray();
    int[] weights = random.ints((long) maps * convolution.terms(), -128, 128).toArray();

    IntegerLayer layer = IntegerLayer.of(maps, convolution.terms(), weights, convolution.gathers());

    assertArrayEquals(
        direct(convolution, maps, image, weights),
        layer.evaluate(new IntegerColumns(image.length, 1, image)).values());
  }

  /** Padding wider than the kernel has positions that read no column at all. */
  @Test
  void anEncryptedConvolutionIsThePlainOne() {
    Convolution convolution = new Convolution(2, 3, 4, 2, 1, 3);
    Random random = new Random(1);
    int maps = 3;
    IntegerColumns image = TestBlocks.smallIntegers(random, 2 * 3 * 4, 1, 8);
    int[] weights = random.ints((long) maps * convolution.terms(), -128, 128).toArray();
    IntegerLayer layer = IntegerLayer.of(maps, convolution.terms(), weights, convolution.gathers());

    try (HeContext context = HeContext.open(TestBlocks.TINY_OPEN);
        SecretKey key = SecretKey.generate(context);
        CipherBlock input =
            new BlockEncryptor(context, key).encrypt(image, Packing.COEFFICIENTS, Form.NTT)) {
      for (Kernel kernel : Kernel.available()) {
        try (CipherBlock output =
            new BlockEvaluator(context, kernel, Cancellation.ON_INTERRUPT).apply(layer, input)) {
          assertArrayEquals(
              direct(convolution, maps, image.values(), weights),
              new BlockDecryptor(context, key).decrypt(output).columns().values(),
              kernel.name());
        }
      }
    }
  }

  /** Channels, height, width, kernel, stride, padding; then the height and width of the output. */
  @ParameterizedTest
  @CsvSource({
    "1,28,28,5,2,1, 13,13", // Crypto-Nets' first layer
    "1,1,1,1,1,0, 1,1",
    "3,5,7,3,1,1, 5,7",
    "3,5,7,3,2,0, 2,3",
    "1,4,4,2,3,0, 1,1",
    "1,2,2,6,1,2, 1,1"
  })
  void theOutputHasOnePositionForEveryPlaceThatTheKernelFits(
      int channels,
      int height,
      int width,
      int kernel,
      int stride,
      int padding,
      int outputHeight,
      int outputWidth) {
    Convolution convolution = new Convolution(channels, height, width, kernel, stride, padding);

    assertEquals(outputHeight, convolution.outputHeight());
    assertEquals(outputWidth, convolution.outputWidth());
    assertEquals(channels * kernel * kernel, convolution.terms());
    assertEquals(outputHeight * outputWidth * convolution.terms(), convolution.gathers().length);
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,1,1,1,0",
    "1,0,1,1,1,0",
    "1,1,0,1,1,0",
    "1,1,1,0,1,0",
    "1,1,1,1,0,0",
    "1,1,1,1,1,-1",
    "1,2,3,4,1,0",
    "1,3,2,3,1,0",
    "1,2,2,5,1,1"
  })
  void aGeometryWithoutAPositionIsNamed(
      int channels, int height, int width, int kernel, int stride, int padding) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Convolution(channels, height, width, kernel, stride, padding))
            .getMessage();

    assertTrue(
        message.contains(height + " x " + width) || message.contains("kernel " + kernel), message);
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,1,1,2147483647",
    "1,1,1,1,1,1073741824",
    "1,2147483647,2147483647,1,1,0",
    "65536,65536,65536,1,65536,0",
    "65536,1,1,65536,1,65536",
    "1,100000,100000,1,1,0"
  })
  void aGeometryOfMoreColumnsThanABlockHasIsRefused(
      int channels, int height, int width, int kernel, int stride, int padding) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Convolution(channels, height, width, kernel, stride, padding))
            .getMessage();

    assertTrue(message.contains("a block has at most 1048576"), message);
  }

  private static long[] direct(Convolution c, int maps, long[] image, int[] weights) {
    long[] output = new long[maps * c.outputHeight() * c.outputWidth()];
    int next = 0;
    for (int map = 0; map < maps; map++) {
      for (int top = -c.vertical().before();
          top + c.vertical().reach() <= c.height() + c.vertical().after();
          top += c.vertical().stride()) {
        for (int left = -c.horizontal().before();
            left + c.horizontal().reach() <= c.width() + c.horizontal().after();
            left += c.horizontal().stride()) {
          long sum = 0;
          int weight = map * c.terms();
          for (int channel = 0; channel < c.channels(); channel++) {
            for (int dy = 0; dy < c.vertical().kernel(); dy++) {
              for (int dx = 0; dx < c.horizontal().kernel(); dx++) {
                int y = top + dy * c.vertical().dilation();
                int x = left + dx * c.horizontal().dilation();
                boolean inside = y >= 0 && y < c.height() && x >= 0 && x < c.width();
                long value = inside ? image[(channel * c.height() + y) * c.width() + x] : 0;
                sum += weights[weight++] * value;
              }
            }
          }
          output[next++] = sum;
        }
      }
    }
    return output;
  }
}
