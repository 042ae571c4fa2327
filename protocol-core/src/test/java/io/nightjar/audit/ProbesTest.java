package io.nightjar.audit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.model.AveragePool;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.LinearLayer;
import io.nightjar.model.Shape;
import io.nightjar.network.LinearStep;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbesTest {

  private static final double HEIGHT = 3;

  private static LinearStep step(LinearLayer core, Shape input, List<LinearLayer> folded) {
    Shape output = core.output(input);
    for (LinearLayer layer : folded) {
      output = layer.output(output);
    }
    return new LinearStep(core, folded, input, output);
  }

  @Test
  void ofADenseLayerAreTheUnitVectors() {
    LinearStep step = step(new Dense("fc", 3, 2, true), Shape.flat(3), List.of());
    Probes probes = new Probes(step, HEIGHT);

    double[] values = probes.inputs(new int[] {0, 1, 2, 3}).values();

    assertArrayEquals(new double[] {0, 3, 0, 0, 0, 0, 3, 0, 0, 0, 0, 3}, values);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 1, 1", "3, 1, 0, 2", "3, 2, 1, 1", "2, 2, 0, 1", "5, 1, 2, 1", "8, 1, 0, 1"})
  void ofAConvolutionShowEveryWeightByItself(int kernel, int stride, int padding, int groups) {
    Conv2d conv = new Conv2d("conv", 4, 4, kernel, stride, padding, groups, true);
    assertShowsEveryWeightByItself(step(conv, new Shape(4, 8, 8), List.of()));
  }

  @Test
  void ofAConvolutionWithAPoolShowEveryWeightByItself() {
    Conv2d conv = new Conv2d("conv", 2, 3, 3, 1, 1, 1, true);
    List<LinearLayer> pool = List.of(new AveragePool("pool", 2, 2, 0));
    assertShowsEveryWeightByItself(step(conv, new Shape(2, 8, 8), pool));
  }

  private static void assertShowsEveryWeightByItself(LinearStep step) {
    Probes probes = new Probes(step, HEIGHT);
    Set<Integer> shown = new HashSet<>();
    for (int source = 0; source < probes.sources().size(); source++) {
      RealColumns inputs = probes.inputs(new int[] {source + 1});
      int[] terms = probes.sources().get(source).terms();
      for (Probes.Site site : probes.sources().get(source).sites()) {
        for (int group = 0; group < step.groups(); group++) {
          int[] gathered = step.gathered(group);
          for (int t = 0; t < terms.length; t++) {
            int position = site.positions()[t];
            int[] lit =
                IntStream.range(0, step.terms())
                    .filter(
                        k -> {
                          int column = gathered[position * step.terms() + k];
                          return column != IntegerLayer.NO_COLUMN && inputs.get(column, 0) != 0;
                        })
                    .toArray();
            assertArrayEquals(new int[] {terms[t]}, lit, step.title());
            shown.add(terms[t]);
          }
        }
      }
    }
    assertEquals(step.terms(), shown.size() + probes.uncovered());
    assertEquals(0, probes.uncovered(), step.title());
  }

  @Test
  void comeInPairsAndEveryBatchHasTheZeros() {
    LinearStep step = step(new Dense("fc", 50, 2, true), Shape.flat(50), List.of());
    Probes probes = new Probes(step, HEIGHT);
    for (int batchSize : new int[] {32, 512}) {
      Set<Integer> seen = new HashSet<>();
      int records = 0;
      int least = probes.leastRecords(batchSize);
      for (long batch = 0; records < least; batch++) {
        int count = Math.min(batchSize, least - records);
        int[] queries = probes.queries(batch, batchSize, count);
        assertEquals(0, queries[0]);
        for (int j = 0; j + 1 < count; j += 2) {
          assertEquals(queries[j], queries[j + 1]);
          seen.add(queries[j]);
        }
        records += count;
      }
      assertEquals(51, seen.size(), "all sources and the zeros in batches of " + batchSize);
      assertTrue(least >= 2 * 51);
    }
  }
}
