package io.nightjar.crypto.lattice;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nightjar.crypto.InvalidBlockException;
import io.nightjar.crypto.Tampering;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes a reader of blocks is given, it throws an {@link InvalidBlockException} or returns
 * a block that is written as it was read.
 *
 * <p>Here it gets the seeds of a search only; the root's pom.xml says how to search for more.
 */
class BlockReaderFuzzTest {

  private static HeContext context;
  private static List<byte[]> originals;

  @BeforeAll
  static void open() {
    context = HeContext.open(KnownBlock.PARAMETERS);
    originals = MutatedBlock.originals(context);
  }

  @AfterAll
  static void close() {
    context.close();
  }

  static List<byte[]> choices() {
    return Tampering.seeds(choices -> MutatedBlock.read(context, tampered(choices)));
  }

  static Stream<byte[]> blocks() {
    Stream<byte[]> tampered = choices().stream().map(Tampering::of).map(c -> tampered(c));
    return Stream.concat(originals.stream(), tampered);
  }

  private static byte[] tampered(Tampering.Choices choices) {
    return MutatedBlock.mutate(originals, choices);
  }

  @MethodSource("blocks")
  @FuzzTest(maxDuration = "2m")
  void anyBytesAreABlockOrRefused(byte[] bytes) {
    MutatedBlock.read(context, bytes);
  }

  /** The bytes choose what is done to a valid block, so that checksums do not end the search. */
  @MethodSource("choices")
  @FuzzTest(maxDuration = "2m")
  void anyTamperedBlockIsABlockOrRefused(byte[] choices) {
    MutatedBlock.read(context, tampered(Tampering.of(choices)));
  }
}
