package io.nightjar.rounds;

import io.nightjar.crypto.layer.IntegerLayer;

/** What is applied to an upload at once: a drawn layer, or layers that belong together. */
public interface TiledLayer extends AutoCloseable {

  /** Returns the tile that is all of it. */
  IntegerLayer.Tile whole();

  /** Releases what it takes where it is multiplied. */
  @Override
  void close();
}
