package io.nightjar.crypto.naive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.lattice.TestBlocks;
import io.nightjar.crypto.layer.Convolution;
import io.nightjar.crypto.layer.IntegerLayer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NaiveSealLayerTest {

  private static final Convolution SHAPE = new Convolution(1, 4, 4, 3, 1, 1);

  @Test
  void oneOutputIsThatColumnOfItsRow() {
    int[] weights = TestBlocks.weights(new Random(1), 2 * SHAPE.terms(), 8);
    IntegerLayer layer = IntegerLayer.of(2, SHAPE.terms(), weights, SHAPE.gathers());
    try (HeContext context = HeContext.open(TestBlocks.TINY_OPEN);
        SecretKey key = SecretKey.generate(context);
        CipherBlock input =
            new BlockEncryptor(context, key)
                .encrypt(
                    TestBlocks.smallIntegers(new Random(2), 16, 5, 8),
                    Packing.COEFFICIENTS,
                    Form.NTT);
        NaiveSealLayer naive = new NaiveSealLayer(context, layer, input);
        CipherBlock row = naive.row(1)) {
      for (int gather : new int[] {0, 6, 15}) {
        try (CipherBlock output = naive.output(1, gather)) {
          assertEquals(
              TestBlocks.columns(context, row).get(gather),
              TestBlocks.columns(context, output).get(0));
        }
      }
      assertThrows(IllegalArgumentException.class, () -> naive.output(2, 0));
      assertThrows(IllegalArgumentException.class, () -> naive.output(0, 16));
    }
  }

  @Test
  void productsLeaveOutZeroWeightsAndPadding() {
    int[] weights = {1, 2, 3, 4, 0, 6, 7, 8, 9};
    IntegerLayer layer = IntegerLayer.of(1, 9, weights, SHAPE.gathers());

    assertEquals(3, layer.products(0, 0), "a corner, whose middle has weight 0");
    assertEquals(5, layer.products(0, 1), "an edge");
    assertEquals(8, layer.products(0, 5), "inside");
    assertThrows(IllegalArgumentException.class, () -> layer.products(1, 0));
    assertThrows(IllegalArgumentException.class, () -> layer.products(0, 16));
  }
}
