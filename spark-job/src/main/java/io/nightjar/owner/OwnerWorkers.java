package io.nightjar.owner;

import io.nightjar.exchange.Manifest;
import io.nightjar.exchange.Section;
import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.util.List;

/**
 * Whoever does the data owner's work on the batches of a wave. Different waves may be worked on at
 * the same time.
 */
public interface OwnerWorkers extends AutoCloseable {

  /** The committed results of the rounds of a wave. */
  interface Results {

    /** Returns the manifest of a round's results. */
    Manifest of(int round) throws IOException;
  }

  /** Encrypts the records of a wave, and returns where the uploads are. */
  List<Section> upload(Wave wave) throws IOException, InterruptedException;

  /**
   * Makes the uploads of a round of what the rounds before it came to, and returns where they are.
   *
   * @throws io.nightjar.exchange.ExchangeException if the results are not as they must be
   */
  List<Section> uploadAgain(Wave wave, int round, Results results)
      throws IOException, InterruptedException;

  /**
   * Makes uploads of a round again, byte by byte as they were, and returns where they are now.
   *
   * @param made what they were
   * @throws io.nightjar.exchange.ExchangeException if the results that they were made of are not as
   *     they must be, or give something else
   */
  List<Section> repeat(Wave wave, Manifest made, Results results)
      throws IOException, InterruptedException;

  /**
   * Makes predictions of what the rounds came to, after which the store has those of the wave.
   *
   * @throws io.nightjar.exchange.ExchangeException if the results are not as they must be
   */
  void finish(Wave wave, Results results) throws IOException, InterruptedException;

  /** Returns how many bytes of results were read. */
  long bytesDown();

  /** Stops the work. */
  @Override
  void close();
}
