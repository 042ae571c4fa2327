package io.nightjar.job.faults;

import io.nightjar.exchange.Direction;
import io.nightjar.job.ForEachProtocol;
import io.nightjar.job.ProtocolProfile;
import io.nightjar.job.StoredSection;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks that are damaged or belong elsewhere, whatever manifests say. */
@Slow
@ForEachProtocol
class ForgedBlocksTest {

  @Parameter private ProtocolProfile profile;

  private StoredJobs stored;
  private Forger forger;

  @BeforeParameterizedClassInvocation
  void findJobs() throws IOException {
    stored = StoredJobs.of(profile);
    forger = new Forger(stored);
  }

  /** What becomes of a block, and what is said of a result to which it happens. */
  enum BlockForgery {
    CUT_SHORT("The block ends inside its checksum: 3 of 4 bytes"),
    ONE_BIT_FLIPPED("The block's payload does not match its checksum"),
    AN_EARLIER_JOBS("is refused: The block's job is "),
    ANOTHER_WAVES("is refused: The block's batch is 0"),
    ANOTHER_DRAWS("is refused: it holds draw 1"),
    ANOTHER_ROUNDS("is refused: A result of round 0 for draw 0, which waits for round 1");

    private final String reason;

    BlockForgery(String reason) {
      this.reason = reason;
    }

    /** Whether an upload, or a result of the last round, can be exchanged for such a block. */
    boolean isThere(Direction direction, int lastRound) {
      return switch (this) {
        case ANOTHER_DRAWS -> direction == Direction.DOWN; // the first upload serves all draws
        case ANOTHER_ROUNDS -> lastRound > 0;
        default -> true;
      };
    }
  }

  private Stream<BlockForgery> ofUploads() {
    return Stream.of(BlockForgery.values())
        .filter(forgery -> forgery.isThere(Direction.UP, stored.jobs().lastRound()));
  }

  private Stream<BlockForgery> ofResults() {
    return Stream.of(BlockForgery.values())
        .filter(forgery -> forgery.isThere(Direction.DOWN, stored.jobs().lastRound()));
  }

  private byte[] forge(BlockForgery forgery, StoredSection section, Direction direction)
      throws Exception {
    byte[] block = section.bytes();
    boolean up = direction == Direction.UP;
    int wave = up ? Forger.UPLOADED : Forger.RETURNED;
    int round = up ? 0 : stored.jobs().lastRound();
    int anotherWave = up ? Forger.RETURNED : Forger.UPLOADED;
    return switch (forgery) {
      case CUT_SHORT -> Arrays.copyOf(block, block.length - 1);
      case ONE_BIT_FLIPPED -> {
        block[block.length / 2] ^= 4;
        yield block;
      }
      case AN_EARLIER_JOBS ->
          StoredSection.ofDraw(stored.inDriver(), Forger.UPLOADED, round, direction, 0).bytes();
      case ANOTHER_WAVES ->
          StoredSection.ofDraw(stored.answered(), anotherWave, round, direction, 0).bytes();
      case ANOTHER_DRAWS ->
          StoredSection.ofDraw(stored.answered(), wave, round, direction, 1).bytes();
      case ANOTHER_ROUNDS ->
          StoredSection.ofDraw(stored.answered(), wave, up ? 1 : 0, direction, 0).bytes();
    };
  }

  @ParameterizedTest
  @MethodSource("ofUploads")
  void aForgedUploadIsNotEvaluated(BlockForgery forgery, @TempDir Path directory) throws Exception {
    boolean damaged = forgery == BlockForgery.CUT_SHORT || forgery == BlockForgery.ONE_BIT_FLIPPED;
    forger.assertNotEvaluated(
        directory,
        block -> forge(forgery, block, Direction.UP),
        damaged || isUnderAnotherKey(forgery)
            ? new String[] {reason(forgery)}
            : new String[] {"batch-0000000.draw-00.col-00000 ", "it belongs elsewhere"});
  }

  @ParameterizedTest
  @MethodSource("ofResults")
  void aForgedResultIsNotTakenAndTheJobGoesOnWithTheRightOne(BlockForgery forgery)
      throws Exception {
    forger.assertNotTaken(block -> forge(forgery, block, Direction.DOWN), reason(forgery));
  }

  /** Every job has a key of its own, which the blocks of some protocols name. */
  private boolean isUnderAnotherKey(BlockForgery forgery) {
    return forgery == BlockForgery.AN_EARLIER_JOBS && profile.saysItsKey();
  }

  private String reason(BlockForgery forgery) {
    return isUnderAnotherKey(forgery) ? "The block's key digest is " : forgery.reason;
  }
}
