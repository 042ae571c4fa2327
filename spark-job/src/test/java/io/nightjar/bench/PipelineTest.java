package io.nightjar.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bench.Pipeline.Cores;
import io.nightjar.bench.Pipeline.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PipelineTest {

  private static final double CLOSE = 1e-9;

  private static double seconds(Cores cores, int waves, int inFlight, Step... steps) {
    return new Pipeline(cores).seconds(waves, inFlight, wave -> List.of(steps));
  }

  @Test
  void aSingleWaveTakesItsLatenciesAndItsWorkOnTheCoresThatItHasPiecesFor() {
    Step upload = new Step(true, 0.5, 8, 8);
    Step evaluate = new Step(false, 0.25, 6, 2);
    assertEquals(0.5 + 8 + 0.25 + 6, seconds(new Cores(1, 1, 2), 1, 2, upload, evaluate), CLOSE);
    assertEquals(0.5 + 2 + 0.25 + 3, seconds(new Cores(4, 4, 8), 1, 2, upload, evaluate), CLOSE);
  }

  @Test
  void theLastPieceKeepsOthersWaiting() {
    Step three = new Step(true, 0, 3, 3);
    assertEquals(2, seconds(new Cores(2, 1, 3), 1, 1, three), CLOSE);
    assertEquals(1, seconds(new Cores(3, 1, 4), 1, 1, three), CLOSE);
  }

  @Test
  void onePartyWorksWhileTheOtherDoes() {
    Step owner = new Step(true, 0, 1, 1);
    Step executors = new Step(false, 0, 1, 1);
    assertEquals(6, seconds(new Cores(1, 1, 2), 3, 1, owner, executors), CLOSE);
    assertEquals(4, seconds(new Cores(1, 1, 2), 3, 2, owner, executors), CLOSE);
    assertEquals(6, seconds(new Cores(1, 1, 1), 3, 2, owner, executors), CLOSE);
  }

  @Test
  void driversTakeCoresOfTheMachineAndNoneOfTheParties() {
    Step step = new Step(true, 1, 1, 1);
    assertEquals(3, seconds(new Cores(1, 1, 3), 2, 2, step), CLOSE);
    assertEquals(4, seconds(new Cores(1, 1, 1), 2, 2, step), CLOSE);
  }

  /** It is never faster than its work on all cores, nor slower than everything in turn. */
  @Property(tries = 300)
  void aJobIsBetweenAllAtOnceAndAllInTurn(@ForAll long seed) {
    Random random = new Random(seed);
    Cores cores = new Cores(1 + random.nextInt(4), 1 + random.nextInt(4), 1 + random.nextInt(8));
    List<Step> steps = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      double latency = random.nextBoolean() ? 0 : random.nextDouble();
      double work = random.nextInt(4) == 0 ? 0 : 10 * random.nextDouble();
      steps.add(new Step(random.nextBoolean(), latency, work, 1 + random.nextInt(9)));
    }
    int waves = 1 + random.nextInt(6);
    double found =
        new Pipeline(cores).seconds(waves, 1 + random.nextInt(3), wave -> List.copyOf(steps));
    double work = steps.stream().mapToDouble(Step::work).sum();
    double inTurn = steps.stream().mapToDouble(step -> step.latency() + step.work()).sum();
    int most = Math.min(cores.machine(), cores.owner() + cores.executors());
    assertTrue(found >= waves * work / most - CLOSE, () -> found + " is too fast");
    assertTrue(found <= waves * inTurn + CLOSE, () -> found + " is too slow");
  }
}
