package io.nightjar.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.bayhenn.Bayhenn;
import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.records.TableCells;
import io.nightjar.reference.ReferenceEvaluator;
import io.nightjar.spark.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/**
 * The bundled table is there to show a network, so a network must be worth it there: what the
 * models make of its test stays, by the integers that an encrypted job computes.
 */
class ReadmissionTest {

  private static final Path DATA = Path.of("../data");

  /** By so much a network's AUROC must be above that of the logistic regression. */
  private static final double WORTH = 0.03;

  private static final int DRAWS = 8;

  /** The labels are drawn with the true risk, and values went missing after that. */
  @Test
  void networksAreBetweenALogisticRegressionAndTheTrueRisk() throws IOException {
    double logistic = ofModel("readmission-logistic");
    double[] risks =
        rows("test-risk.csv").stream().mapToDouble(row -> Double.parseDouble(row[1])).toArray();
    double best = auroc(risks);
    for (String network : List.of("readmission-mlp", "readmission-quadratic")) {
      double auroc = ofModel(network);
      assertTrue(
          logistic + WORTH <= auroc && auroc < best,
          () ->
              "%s: %.4f, the logistic regression: %.4f, the true risk: %.4f"
                  .formatted(network, auroc, logistic, best));
    }
  }

  private static double ofModel(String name) throws IOException {
    org.apache.hadoop.fs.Path directory =
        new org.apache.hadoop.fs.Path(DATA.resolve("models").resolve(name).toString());
    Model model = ModelFiles.read(directory, new Configuration(false)).model();
    Bayhenn bayhenn = new Bayhenn();
    Plan plan = bayhenn.plan(model, PlanOptions.DEFAULT.withDraws(DRAWS));
    try (JobSecret secret = JobSecret.fixedForTests(1)) {
      RealColumns mean =
          new ReferenceEvaluator(plan, bayhenn.draws(model, plan, secret), RoundInputs.NONE)
              .score(0, records(model.architecture().input()))
              .mean();
      return auroc(IntStream.range(0, mean.records()).mapToDouble(j -> mean.get(1, j)).toArray());
    }
  }

  private static RealColumns records(InputSpec input) throws IOException {
    List<TableCells.Column> columns =
        Arrays.stream(lines("test.csv").get(0).split(",", -1))
            .map(name -> new TableCells.Column(name, false))
            .toList();
    TableCells cells = TableCells.find(input, List.of("id"), "test.csv", columns);
    List<String[]> rows = rows("test.csv");
    int width = input.shape().size();
    double[] all = new double[width * rows.size()];
    double[] one = new double[width];
    for (int j = 0; j < rows.size(); j++) {
      String[] row = rows.get(j);
      Object[] features = cells.features().stream().map(place -> row[place]).toArray();
      assertEquals(Optional.empty(), cells.encode(features, one));
      for (int k = 0; k < width; k++) {
        all[k * rows.size() + j] = one[k];
      }
    }
    return new RealColumns(width, rows.size(), all);
  }

  private static double auroc(double[] probabilities) throws IOException {
    List<String[]> labels = rows("test-labels.csv");
    assertEquals(labels.size(), probabilities.length);
    ClassRanking ranking = new ClassRanking(1);
    for (int j = 0; j < probabilities.length; j++) {
      ranking.add(probabilities[j], labels.get(j)[1].equals("yes"));
    }
    return ranking.figures().orElseThrow().auroc();
  }

  private static List<String[]> rows(String file) throws IOException {
    return lines(file).stream().skip(1).map(line -> line.split(",", -1)).toList();
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(DATA.resolve("readmission").resolve(file));
  }
}
