package io.nightjar.crypto.paillier;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nightjar.crypto.Tampering;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes a reader of Paillier blocks or public keys is given, it throws an {@link
 * InvalidBlockException} or returns what is written as it was read.
 *
 * <p>Here they get the seeds of a search only; the root's pom.xml says how to search for more.
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

  static List<byte[]> choices() {
    return Tampering.seeds(choices -> MutatedPaillierBlock.read(key, tampered(choices)));
  }

  static Stream<byte[]> blocks() {
    Stream<byte[]> tampered = choices().stream().map(Tampering::of).map(c -> tampered(c));
    return Stream.concat(originals.stream(), tampered);
  }

  static Stream<byte[]> keys() {
    return Stream.of(key.toBytes());
  }

  private static byte[] tampered(Tampering.Choices choices) {
    return MutatedPaillierBlock.mutate(key, originals, choices);
  }

  @MethodSource("blocks")
  @FuzzTest(maxDuration = "2m")
  void anyBytesAreABlockOrRefused(byte[] bytes) {
    MutatedPaillierBlock.read(key, bytes);
  }

  /** The bytes choose what is done to a valid block, so that checksums do not end the search. */
  @MethodSource("choices")
  @FuzzTest(maxDuration = "2m")
  void anyTamperedBlockIsABlockOrRefused(byte[] choices) {
    MutatedPaillierBlock.read(key, tampered(Tampering.of(choices)));
  }

  @MethodSource("keys")
  @FuzzTest(maxDuration = "2m")
  void anyBytesAreAPublicKeyOrRefused(byte[] bytes) {
    MutatedPaillierBlock.readKey(bytes);
  }
}
