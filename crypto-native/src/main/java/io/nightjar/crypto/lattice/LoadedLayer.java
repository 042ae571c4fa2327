package io.nightjar.crypto.lattice;

import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.Native;
import io.nightjar.crypto.natives.NativeHandle;

/**
 * A layer whose weights have been brought to where blocks are multiplied, for any number of them;
 * {@link BlockEvaluator#load(IntegerLayer)} makes one.
 *
 * <p>It holds its own copy of everything: the layer that it was loaded from may be forgotten. It
 * may be used from many threads, and closed while they use it; its weights are then overwritten.
 * What it takes is not counted among the bytes of {@link io.nightjar.crypto.natives.NativeMemory},
 * so whoever loads layers closes them.
 */
public final class LoadedLayer implements AutoCloseable {

  private final HeParameters parameters;
  private final Kernel kernel;
  private final IntegerLayer.Tile whole;
  private final NativeHandle handle;

  private LoadedLayer(HeContext context, Kernel kernel, IntegerLayer layer, long pointer) {
    this.parameters = context.parameters();
    this.kernel = kernel;
    this.whole = layer.whole();
    this.handle = new NativeHandle(this, "loaded layer", pointer, 0, Native::destroyLayer);
  }

  static LoadedLayer load(HeContext context, Kernel kernel, IntegerLayer layer) {
    Object bias = layer.bias().orElse(null);
    boolean real = context.parameters().scheme() == Scheme.CKKS;
    if (bias != null && real != (bias instanceof double[])) {
      throw new IllegalArgumentException(
          "Biases are integers for BFV and real numbers for CKKS; this context is for "
              + context.parameters().scheme());
    }
    try (NativeHandle.Use use = context.use()) {
      long pointer =
          Native.loadLayer(
              use.pointer(),
              kernel.index(),
              layer.rows(),
              layer.terms(),
              layer.weights(),
              layer.gathered(),
              bias);
      return new LoadedLayer(context, kernel, layer, pointer);
    }
  }

  /** Returns the parameters of the blocks that it can be applied to. */
  public HeParameters parameters() {
    return parameters;
  }

  /** Returns the tile that is the whole layer. */
  public IntegerLayer.Tile whole() {
    return whole;
  }

  /** Returns what multiplies. */
  Kernel kernel() {
    return kernel;
  }

  /** Refuses a tile that is not part of the layer. */
  void check(IntegerLayer.Tile tile) {
    tile.requireWithin(whole.rowCount(), whole.gatherCount());
  }

  NativeHandle.Use use() {
    return handle.use();
  }

  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return "LoadedLayer[%d rows, %d gathers, %s]"
        .formatted(whole.rowCount(), whole.gatherCount(), kernel.name());
  }
}
