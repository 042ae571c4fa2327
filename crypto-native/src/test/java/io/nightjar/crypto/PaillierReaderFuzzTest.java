package io.nightjar.crypto;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever bytes a reader of Paillier blocks or public keys is given, it throws an {@link
 * InvalidBlockException} or returns what is written as it was read.
 *
 * <p>The root's pom.xml says how to search for inputs that break this.
 */
class PaillierReaderFuzzTest {

  private static PaillierPublicKey key;
  private static List<byte[]> originals;

  @BeforeAll
  static void open() {
    key = MutatedPaillierBlock.key();
    originals = MutatedPaillierBlock.originals(key);
  }

  @AfterAll
  static void close() {
    key.close();
  }

  @FuzzTest(maxDuration = "2m")
  void anyBytesAreABlockOrRefused(byte[] bytes) {
    MutatedPaillierBlock.read(key, bytes);
  }

  /** The bytes choose what is done to a valid block, so that checksums do not end the search. */
  @FuzzTest(maxDuration = "2m")
  void anyTamperedBlockIsABlockOrRefused(FuzzedDataProvider data) {
    byte[] bytes =
        MutatedPaillierBlock.mutate(key, originals, bound -> data.consumeInt(0, bound - 1));
    MutatedPaillierBlock.read(key, bytes);
  }

  @FuzzTest(maxDuration = "2m")
  void anyBytesAreAPublicKeyOrRefused(byte[] bytes) {
    MutatedPaillierBlock.readKey(bytes);
  }
}
