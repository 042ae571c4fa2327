package io.nightjar.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.draw.JobSecret;
import io.nightjar.exchange.HadoopFiles;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Model;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.RoundInputs;
import io.nightjar.protocols.Protocols;
import io.nightjar.records.RecordBatch;
import io.nightjar.records.RecordInput;
import io.nightjar.records.RecordOptions;
import io.nightjar.records.RecordReader;
import io.nightjar.records.ResultFormat;
import io.nightjar.records.ResultWriter;
import io.nightjar.reference.ReferenceEvaluator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** What the results of a job must be: recomputed in the clear from the same draws. */
final class ExpectedResults {

  /** By the plan's digest: the same for all jobs that repeat the known seed. */
  private static final Map<String, SortedMap<String, String>> KNOWN = new ConcurrentHashMap<>();

  private final Model model;
  private final Plan plan;
  private final Path records;
  private final List<Long> ids;
  private final double tolerance;

  /**
   * Creates them for a job.
   *
   * @param records records with a value for each of the network's inputs
   * @param ids all records' ids
   * @param tolerance how far a probability may be from the reference's
   */
  ExpectedResults(Model model, Plan plan, Path records, List<Long> ids, double tolerance) {
    this.model = model;
    this.plan = plan;
    this.records = records;
    this.ids = ids;
    this.tolerance = tolerance;
  }

  /** Returns the files of results of jobs that repeat the known seed. */
  SortedMap<String, String> repeated() throws IOException {
    String digest = PlanDigest.of(plan).hex();
    if (!KNOWN.containsKey(digest)) {
      try (JobSecret secret = TestJobs.repeatedSecret()) {
        KNOWN.put(digest, of(secret, RoundInputs.NONE));
      }
    }
    return KNOWN.get(digest);
  }

  /** Returns the files of results that a secret and a job's uploads must lead to. */
  SortedMap<String, String> of(JobSecret secret, RoundInputs inputs) throws IOException {
    ReferenceEvaluator reference =
        new ReferenceEvaluator(plan, Protocols.of(plan).draws(model, plan, secret), inputs);
    Configuration configuration = HadoopFiles.configuration(new Configuration());
    RecordInput input =
        RecordInput.open(
            configuration,
            new org.apache.hadoop.fs.Path(records.toUri()),
            new InputSpec(plan.input().shape(), plan.input().range(), plan.input().features()),
            RecordOptions.defaults());
    Path parts = Files.createTempDirectory(records.getParent(), "expected");
    int batch = 0;
    try (RecordReader reader = input.reader()) {
      for (Optional<RecordBatch> read = reader.next(plan.batchSize());
          read.isPresent();
          read = reader.next(plan.batchSize())) {
        Predictions predictions = reference.score(batch, read.get().values());
        Path part = parts.resolve(String.format(Locale.ROOT, "part-%05d.csv", batch++));
        try (ResultWriter writer =
            ResultWriter.open(
                configuration,
                new org.apache.hadoop.fs.Path(part.toUri()),
                ResultFormat.CSV,
                input.census().idType(),
                plan.task(),
                plan.classes(),
                plan.outputs())) {
          writer.write(read.get().ids(), predictions);
          writer.commit();
        }
      }
    }
    return found(parts);
  }

  /** Returns the files of results in a directory, each record of which is there once. */
  private SortedMap<String, String> found(Path output) throws IOException {
    SortedMap<String, String> results = new TreeMap<>();
    List<Long> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file :
          files.filter(file -> file.getFileName().toString().startsWith("part-")).toList()) {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        results.put(file.getFileName().toString(), text);
        text.lines().skip(1).forEach(line -> found.add(Long.valueOf(line.split(",", 2)[0])));
      }
    }
    assertEquals(ids.stream().sorted().toList(), found.stream().sorted().toList());
    return results;
  }

  /** Asserts that the output of a finished job has these results. */
  void assertIn(Path output, SortedMap<String, String> expected) throws IOException {
    SortedMap<String, String> found = found(output);
    if (tolerance > 0) {
      assertNearly(expected, found);
    } else {
      assertEquals(expected, found);
    }
    assertTrue(Files.exists(output.resolve("_SUCCESS")), "the job is finished");
  }

  private void assertNearly(SortedMap<String, String> expected, SortedMap<String, String> found) {
    assertEquals(expected.keySet(), found.keySet());
    for (String part : expected.keySet()) {
      List<String> wanted = expected.get(part).lines().toList();
      List<String> lines = found.get(part).lines().toList();
      assertEquals(wanted.size(), lines.size());
      assertEquals(wanted.get(0), lines.get(0));
      for (int i = 1; i < wanted.size(); i++) {
        String[] a = wanted.get(i).split(",", -1);
        String[] b = lines.get(i).split(",", -1);
        assertEquals(a[0], b[0]);
        for (int k = 3; k < a.length; k++) { // after the id, the prediction and its class
          assertEquals(Double.parseDouble(a[k]), Double.parseDouble(b[k]), tolerance);
        }
      }
    }
  }
}
