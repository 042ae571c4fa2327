package io.nightjar.crypto.naive;

import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.NaiveNative;
import io.nightjar.crypto.natives.NativeHandle;
import io.nightjar.crypto.natives.NativeLibrary;
import java.util.Optional;

/**
 * A linear layer as a program written against SEAL's Evaluator computes it, one product at a time.
 *
 * <p>It is the yardstick of benchmarks and the oracle of tests; nothing else should use it.
 */
public final class NaiveSealLayer implements AutoCloseable {

  private final HeContext context;
  private final IntegerLayer layer;
  private final CipherBlock input;
  private final NativeHandle handle;

  /** Loads the columns into SEAL ciphertexts and encodes the weights; biases are ignored. */
  public NaiveSealLayer(HeContext context, IntegerLayer layer, CipherBlock input) {
    context.requireSame(input.parameters(), "block");
    NativeLibrary.loadNaive();
    this.context = context;
    this.layer = layer;
    this.input = input;
    try (NativeHandle.Use c = context.use();
        NativeHandle.Use source = input.use()) {
      long pointer =
          NaiveNative.createLayer(
              c.pointer(),
              layer.rows(),
              layer.terms(),
              layer.weights(),
              layer.gathered(),
              source.pointer(),
              input.scale());
      this.handle = new NativeHandle(this, "naive layer", pointer, 0, NaiveNative::destroyLayer);
    }
  }

  /** Computes outputs (row, 0), (row, 1), ... of all gathers, as a block. */
  public CipherBlock row(int row) {
    return outputs(new IntegerLayer.Tile(row, 1, 0, layer.gathers()));
  }

  /** Computes one output, as a block of one column. */
  public CipherBlock output(int row, int gather) {
    return outputs(new IntegerLayer.Tile(row, 1, gather, 1));
  }

  private CipherBlock outputs(IntegerLayer.Tile tile) {
    layer.check(tile);
    try (NativeHandle.Use naive = handle.use()) {
      return CipherBlock.create(
          context,
          input.shape().withCiphertexts(tile.columns()),
          input.packing(),
          input.records(),
          input.scale(),
          Optional.empty(),
          (c, output) -> {
            for (int i = 0; i < tile.gatherCount(); i++) {
              int gather = tile.firstGather() + i;
              NaiveNative.output(c, naive.pointer(), tile.firstRow(), gather, output, i);
            }
          });
    }
  }

  @Override
  public void close() {
    handle.close();
  }
}
