package io.nightjar.crypto.lattice;

import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.natives.Kernel;
import io.nightjar.crypto.natives.NativeHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers that read the same columns, loaded and closed together; their outputs follow one another.
 * {@link BlockEvaluator#load(List)} makes one.
 */
public final class LoadedLayers implements AutoCloseable {

  private final List<LoadedLayer> layers = new ArrayList<>();

  private LoadedLayers() {}

  /** Loads all, or none if one of them cannot be. */
  static LoadedLayers load(HeContext context, Kernel kernel, List<IntegerLayer> layers) {
    LoadedLayers loaded = new LoadedLayers();
    boolean complete = false;
    try {
      for (IntegerLayer layer : layers) {
        loaded.layers.add(LoadedLayer.load(context, kernel, layer));
      }
      complete = true;
      return loaded;
    } finally {
      if (!complete) {
        loaded.close();
      }
    }
  }

  /** Returns the layers, which stay this object's to close. */
  public List<LoadedLayer> layers() {
    return List.copyOf(layers);
  }

  /** Returns the number of output columns. */
  public int columns() {
    return layers.stream().mapToInt(layer -> layer.whole().columns()).reduce(0, Math::addExact);
  }

  /** Holds all of them open until the result is closed. */
  Uses use() {
    Uses uses = new Uses();
    boolean complete = false;
    try {
      for (LoadedLayer layer : layers) {
        uses.held.add(layer.use());
      }
      complete = true;
      return uses;
    } finally {
      if (!complete) {
        uses.close();
      }
    }
  }

  /** One call's hold on all of the native layers. */
  static final class Uses implements AutoCloseable {
    private final List<NativeHandle.Use> held = new ArrayList<>();

    private Uses() {}

    long[] pointers() {
      return held.stream().mapToLong(NativeHandle.Use::pointer).toArray();
    }

    @Override
    public void close() {
      held.forEach(NativeHandle.Use::close);
    }
  }

  @Override
  public void close() {
    layers.forEach(LoadedLayer::close);
  }

  @Override
  public String toString() {
    return "LoadedLayers" + layers;
  }
}
