package io.nightjar.crypto;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever bytes a reader of blocks is given, it throws an {@link InvalidBlockException} or returns
 * a block that is written as it was read.
 *
 * <p>Here the inputs that earlier searches found are played again; the root's pom.xml says how to
 * search for more.
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

  @FuzzTest(maxDuration = "2m")
  void anyBytesAreABlockOrRefused(byte[] bytes) {
    MutatedBlock.read(context, bytes);
  }

  /** The bytes choose what is done to a valid block, so that checksums do not end the search. */
  @FuzzTest(maxDuration = "2m")
  void anyTamperedBlockIsABlockOrRefused(FuzzedDataProvider data) {
    byte[] bytes = MutatedBlock.mutate(originals, bound -> data.consumeInt(0, bound - 1));
    MutatedBlock.read(context, bytes);
  }
}
