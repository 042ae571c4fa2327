package io.nightjar.rounds;

import io.nightjar.crypto.layer.IntegerLayer;

/** A drawn layer, or layers that belong together, which are applied to an upload at once. */
public interface TiledLayer extends AutoCloseable {

  /** Returns the tile that is all of it. */
  IntegerLayer.Tile whole();

  /** Releases what it takes where it is multiplied. */
  @Override
  void close();
}
