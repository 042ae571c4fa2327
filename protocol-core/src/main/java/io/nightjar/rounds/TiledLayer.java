package io.nightjar.rounds;

import io.nightjar.crypto.layer.IntegerLayer;

/** A drawn layer, or layers that belong together, which are applied to an upload at once. */
public interface TiledLayer extends AutoCloseable {

  /** Returns the tile that is the whole layer. */
  IntegerLayer.Tile whole();

  /** Releases the memory that the layer takes where it is multiplied. */
  @Override
  void close();
}
