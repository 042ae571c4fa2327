package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A layer with far more outputs than fit into the memory that a task may take. */
class BoundedMemoryTest {

  private static final int OUTPUTS = 3000;
  private static final long MEBIBYTE = 1L << 20;

  @TempDir private Path directory;

  @Test
  void aTaskHoldsOneInputAndOneResultBlock() throws Exception {
    TestJobs jobs = TestJobs.in(directory, wide());
    ScoreRequest request =
        Requests.limited(
            20,
            Requests.on(
                "local[1]",
                jobs.scoring(
                    "out", "spark.nightjar.task.memory=16m", "spark.nightjar.owner.threads=1")));
    NativeMemory.resetPeak();

    ScoreResult result = Parties.score(request);

    // Both parties are in this process: the executor's input and result, then the owner's result.
    long ciphertext = 2L * 2048 * Long.BYTES;
    long peak = NativeMemory.peakBlockBytes();
    assertTrue(OUTPUTS * ciphertext > 90 * MEBIBYTE, "so that a whole result would show");
    assertTrue(peak < 6 * ciphertext + 2 * 16 * MEBIBYTE, peak + " bytes");
    assertTrue((long) result.report().get("peakExecutorBytes") <= peak);
    assertEquals(0, NativeMemory.blockBytes());
    assertEquals(20, ResultFiles.read(directory.resolve("out")).size());
  }

  private static Model wide() {
    Architecture architecture =
        new Architecture(
            "wide",
            Task.REGRESSION,
            new InputSpec(
                Shape.flat(6),
                new Range(0, 1),
                IntStream.range(0, 6).mapToObj(k -> "f" + k).toList()),
            List.of(new Dense("fc", 6, OUTPUTS, false)),
            List.of(),
            Map.of());
    float[] means = new float[6 * OUTPUTS];
    float[] stds = new float[6 * OUTPUTS];
    Arrays.fill(means, 0.5f);
    Arrays.fill(stds, 0.1f);
    WeightSet weights = new WeightSet(Map.of("fc", new Gaussian(means, stds)), Map.of(), Map.of());
    return new Model(architecture, Posterior.of(weights));
  }
}
