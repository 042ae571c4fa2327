package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever is made and closed, or made and forgotten, on four threads and over and over, leaves
 * nothing behind: no handle, no counted byte and no resident memory.
 */
@Slow
class LeakTest {

  /**
   * Less than a third of what any of the works would leak, and several times what the JVM's own
   * memory outside the heap moves by.
   */
  private static final long MAX_GROWTH = 32L << 20;

  /** Low, so that forgotten blocks make the collector run hundreds of times. */
  private static final long LIMIT_FOR_FORGOTTEN = 8_000_000;

  private static final long LIMIT_FOR_CLOSED = 200_000_000;

  @ParameterizedTest
  @CsvSource({
    "BLOCKS, 100000",
    "LARGE_BLOCKS, 2000",
    "OPERATIONS, 5000",
    "FAILURES, 5000",
    "LAYERS, 5000",
    "CONTEXTS, 500",
    "KEYS, 5000"
  })
  void whatIsClosedIsGone(LeakProbe.Work work, int cycles) throws Exception {
    assertLevel(work, true, cycles);
  }

  /** Blocks are found when their limit is reached, everything else whenever the collector runs. */
  @ParameterizedTest
  @CsvSource({"BLOCKS, 100000", "OPERATIONS, 5000", "LAYERS, 5000", "CONTEXTS, 500", "KEYS, 5000"})
  void whatIsForgottenIsFound(LeakProbe.Work work, int cycles) throws Exception {
    assertLevel(work, false, cycles);
  }

  private static void assertLevel(LeakProbe.Work work, boolean close, int cycles) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx64m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-D"
                    + NativeMemory.LIMIT_PROPERTY
                    + "="
                    + (close ? LIMIT_FOR_CLOSED : LIMIT_FOR_FORGOTTEN),
                "-cp",
                classes(HeContext.class)
                    + System.getProperty("path.separator")
                    + classes(LeakProbe.class),
                LeakProbe.class.getName(),
                work.name(),
                Boolean.toString(close),
                Integer.toString(cycles)));
    // The allocator's memory for each thread would otherwise come and go.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertEquals(0, process.waitFor(), output);
    List<Long> left = output.lines().map(Long::parseLong).toList();
    assertEquals(0, left.get(0), "handles");
    assertEquals(0, left.get(1), "block bytes");
    assertTrue(left.get(2) < MAX_GROWTH, () -> "resident memory grew by " + left.get(2));
  }

  private static Path classes(Class<?> type) throws URISyntaxException, IOException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toRealPath();
  }
}
