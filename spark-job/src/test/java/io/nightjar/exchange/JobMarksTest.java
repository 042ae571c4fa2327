package io.nightjar.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobMarksTest {

  private static final JobDescription JOB =
      SampleOrders.of(new UUID(7, 8), "ab".repeat(32), "cd".repeat(32), 100, 10, 1);

  @TempDir private Path directory;

  private JobExchange dataOwner;
  private JobExchange modelOwner;

  @BeforeEach
  void prepare() throws IOException {
    JobExchange exchange =
        JobExchange.of(
            new org.apache.hadoop.fs.Path(directory.toUri()),
            HadoopFiles.configuration(new Configuration()),
            JOB);
    dataOwner = exchange.as(SampleOrders.DATA_OWNER);
    modelOwner = exchange.as(SampleOrders.MODEL_OWNER);
  }

  private List<byte[]> written() throws IOException {
    return List.of(
        Files.readAllBytes(directory.resolve("refused.json")),
        Files.readAllBytes(directory.resolve("refused.json.sig")));
  }

  private void assertStays(List<byte[]> before) throws IOException {
    List<byte[]> after = written();
    assertArrayEquals(before.get(0), after.get(0));
    assertArrayEquals(before.get(1), after.get(1));
  }

  /** While it was written over, the other party would see a job that nobody refuses. */
  @Test
  void whoHearsOfARefusalDoesNotWriteOverIt() throws IOException {
    modelOwner.refuse("the budget");
    List<byte[]> before = written();

    dataOwner.refuse("its agent failed");

    assertStays(before);
    assertEquals(Optional.of("the budget"), dataOwner.refusal());
  }

  @Test
  void whoeverGaveUpStaysTheOneWhoGaveUp() throws IOException {
    dataOwner.refuse("its agent failed");
    List<byte[]> before = written();

    modelOwner.refuse("the data owner gave up");

    assertStays(before);
    assertEquals(Optional.of("its agent failed"), modelOwner.refusal());
  }

  @Test
  void aJobThatIsAskedForAgainCanBeRefusedAgain() throws IOException {
    modelOwner.refuse("the budget");
    dataOwner.askAgain();
    assertEquals(Optional.empty(), modelOwner.refusal());

    modelOwner.refuse("the budget is still too small");

    assertEquals(Optional.of("the budget is still too small"), dataOwner.refusal());
  }
}
