package io.nightjar.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.exchange.BlockName;
import io.nightjar.exchange.Section;
import io.nightjar.model.Architecture;
import io.nightjar.model.Dense;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.model.Posterior;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocols.Protocols;
import io.nightjar.testing.Slow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RoundSplitterLawsTest {

  private static Plan plan(int inputs, int hidden, int draws, ModelPrivacy privacy) {
    Architecture architecture =
        new Architecture(
            "split",
            Task.REGRESSION,
            new InputSpec(Shape.flat(inputs), new Range(0, 1), List.of()),
            List.of(
                new Dense("a", inputs, hidden, false),
                new Relu("relu"),
                new Dense("b", hidden, 1, false)),
            List.of(),
            Map.of("relu", new Range(0, 1)));
    WeightSet set =
        new WeightSet(
            Map.of("a", gaussian(inputs * hidden), "b", gaussian(hidden)), Map.of(), Map.of());
    return Protocols.standard()
        .plan(
            new Model(architecture, Posterior.of(set)),
            PlanOptions.DEFAULT.withDraws(draws).withPrivacy(privacy));
  }

  private static Gaussian gaussian(int size) {
    float[] means = new float[size];
    float[] stds = new float[size];
    Arrays.fill(means, 0.01f);
    Arrays.fill(stds, 0.01f);
    return new Gaussian(means, stds);
  }

  private static List<Section> uploads(int batches, int draws) {
    List<Section> uploads = new ArrayList<>();
    for (int batch = 0; batch < batches; batch++) {
      for (int draw = 0; draw < draws; draw++) {
        String name = new BlockName(batch, draw, 0).toString();
        String file = name + ".0123456789abcdef.njb";
        uploads.add(new Section(name, file, 0, 1, "00".repeat(32), ""));
      }
    }
    return uploads;
  }

  /** A round of a plan, and what is to be evaluated in it. */
  private record Work(int batch, int uploadDraw, int draw, int ciphertext) {}

  @Property(tries = 300)
  void everyCiphertextOfEveryDrawOfEveryUploadIsEvaluatedOnce(
      @ForAll @IntRange(min = 1, max = 40) int inputs,
      @ForAll @IntRange(min = 1, max = 300) int hidden,
      @ForAll @IntRange(min = 1, max = 12) int draws,
      @ForAll @IntRange(min = 1, max = 6) int batches,
      @ForAll @IntRange(min = 0, max = 1) int index,
      @ForAll ModelPrivacy privacy,
      @ForAll @IntRange(min = 1, max = 64) int cores,
      @ForAll @IntRange(min = 1, max = 8) int perCore,
      @ForAll @IntRange(min = 10, max = 1000) int targetMillis) {
    Plan plan = plan(inputs, hidden, draws, privacy);
    Round round = plan.rounds().get(index);
    List<Section> uploads = uploads(batches, plan.uploads(index));

    List<List<WorkUnit>> tasks =
        new RoundSplitter(plan, round).split(uploads, cores, perCore, targetMillis * 1_000_000L);

    Map<Work, Integer> evaluated = new HashMap<>();
    for (List<WorkUnit> task : tasks) {
      assertTrue(!task.isEmpty());
      for (WorkUnit unit : task) {
        BlockName name = BlockName.parse(unit.upload().name());
        assertEquals(name.batch(), unit.batch());
        assertEquals(name.draw(), unit.uploadDraw());
        assertTrue(unit.draws() > 0 && unit.ciphertexts() > 0);
        for (int draw = unit.firstDraw(); draw < unit.firstDraw() + unit.draws(); draw++) {
          int end = unit.firstCiphertext() + unit.ciphertexts();
          for (int ciphertext = unit.firstCiphertext(); ciphertext < end; ciphertext++) {
            evaluated.merge(
                new Work((int) unit.batch(), unit.uploadDraw(), draw, ciphertext), 1, Integer::sum);
          }
        }
      }
    }
    Map<Work, Integer> expected = new HashMap<>();
    for (int batch = 0; batch < batches; batch++) {
      for (int draw = 0; draw < draws; draw++) {
        for (int ciphertext = 0; ciphertext < plan.layout().returned(round); ciphertext++) {
          expected.put(new Work(batch, index == 0 ? 0 : draw, draw, ciphertext), 1);
        }
      }
    }
    assertEquals(expected, evaluated);
  }

  @Slow
  @Property(tries = 40)
  void whereThereIsWorkEnoughEveryCoreHasATask(
      @ForAll @IntRange(min = 2, max = 6) int draws,
      @ForAll @IntRange(min = 1, max = 5) int batches,
      @ForAll @IntRange(min = 1, max = 8) int cores,
      @ForAll @IntRange(min = 2, max = 4) int perCore) {
    Plan plan = plan(700, 1500, draws, ModelPrivacy.NONE); // a second of work for every batch

    int tasks =
        new RoundSplitter(plan, plan.rounds().get(0))
            .split(uploads(batches, 1), cores, perCore, 250_000_000L)
            .size();

    assertTrue(tasks >= cores, tasks + " tasks for " + cores + " cores");
  }

  @Property(tries = 40)
  void noTaskIsMuchLongerThanWasAimedAt(
      @ForAll @IntRange(min = 1, max = 6) int draws,
      @ForAll @IntRange(min = 1, max = 5) int batches) {
    Plan plan = plan(700, 1500, draws, ModelPrivacy.NONE);

    List<List<WorkUnit>> tasks =
        new RoundSplitter(plan, plan.rounds().get(0)).split(uploads(batches, 1), 1, 1, 50_000_000L);

    for (List<WorkUnit> task : tasks) { // a ciphertext takes about 0.14 ms
      assertTrue(task.stream().mapToInt(unit -> unit.ciphertexts() * unit.draws()).sum() < 800);
    }
  }
}
