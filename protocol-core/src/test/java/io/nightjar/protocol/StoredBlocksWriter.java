package io.nightjar.protocol;

import io.nightjar.crypto.RealColumns;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.OwnerSecret;
import io.nightjar.model.Architecture;
import io.nightjar.model.AveragePool;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Flatten;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ModelWriter;
import io.nightjar.model.Parameter;
import io.nightjar.model.Posterior;
import io.nightjar.model.Quadratic;
import io.nightjar.model.Range;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.reference.ReferenceEvaluator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes the files of {@link StoredJob} anew, with a fresh key for each job.
 *
 * <p>Run it on the test class path of this module, in the directory of this module, with {@code
 * src/test/resources/io/nightjar/protocol/stored-blocks} as its argument. That is right only when
 * plans, blocks or draws change on purpose, with a new version of their format: jobs that an older
 * version began cannot go on then. The files are never the same twice, because encryption draws
 * fresh randomness.
 */
final class StoredBlocksWriter {

  /** Paillier takes two ciphertexts for each column of them. */
  private static final int RECORDS = 30;

  /**
   * Real numbers have errors on ciphertexts; those of small rings without security are well below
   * this.
   */
  private static final double MOST_ERROR = 0.05;

  private StoredBlocksWriter() {}

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[0]);
    Files.createDirectories(root);
    try (OutputStream json = Files.newOutputStream(root.resolve(ModelReader.MODEL_JSON));
        OutputStream posterior = Files.newOutputStream(root.resolve(ModelReader.POSTERIOR))) {
      ModelWriter.write(model(), json, posterior);
    }
    for (StoredJob job : StoredJob.values()) {
      Files.createDirectories(job.in(root));
      write(job, root);
      Files.write(job.in(root).resolve(StoredJob.RESULTS), job.results(root));
    }
  }

  /** A network that all protocols can evaluate, with groups, a pool and both polynomials. */
  private static Model model() {
    List<Layer> layers =
        List.of(
            new Conv2d("conv", 2, 4, 3, 1, 1, 2, true),
            new AveragePool("pool", 2, 2, 0),
            new Square("square"),
            new Flatten("flatten"),
            new Dense("fc1", 16, 5, true),
            new Quadratic("quadratic", 0.3, 0.5, -0.1),
            new Dense("fc2", 5, 3, true));
    Random random = new Random(1);
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    Map<String, Range> calibration = new HashMap<>();
    for (Layer layer : layers) {
      calibration.put(layer.name(), new Range(-1, 4));
      if (layer instanceof WeightedLayer weighted) {
        int terms = weighted.weightCount() / weighted.biasCount();
        double spread = 1 / Math.sqrt(terms);
        weights.put(layer.name(), gaussian(weighted.weightCount(), spread, random));
        biases.put(layer.name(), gaussian(weighted.biasCount(), spread, random));
      }
    }
    Architecture architecture =
        new Architecture(
            "stored",
            Task.CLASSIFICATION,
            new InputSpec(new Shape(2, 4, 4), new Range(0, 1), List.of()),
            layers,
            List.of("a", "b", "c"),
            calibration);
    return new Model(architecture, Posterior.of(new WeightSet(weights, biases, Map.of())));
  }

  private static Gaussian gaussian(int size, double spread, Random random) {
    float[] means = new float[size];
    float[] deviations = new float[size];
    for (int i = 0; i < size; i++) {
      means[i] = (float) (spread * random.nextGaussian());
      deviations[i] = (float) (spread * 0.2 * random.nextDouble());
    }
    return new Gaussian(means, deviations);
  }

  private static void write(StoredJob job, Path root) throws IOException {
    Model model = StoredJob.model(root);
    Plan plan = job.plan(model);
    Protocol protocol = job.protocol();
    try (JobSecret secret = StoredJob.secret();
        SharedResources resources = new SharedResources();
        OwnerSecret key = protocol.keys(plan).draw()) {
      OwnerKey publicKey = key.publicKey();
      Files.write(job.in(root).resolve(StoredJob.PUBLIC_KEY), publicKey.bytes());
      OwnerCodec codec = protocol.codec(plan, key);
      DataOwner owner = new DataOwner(StoredJob.JOB, plan, codec);
      try (RoundArithmetic arithmetic =
          protocol.arithmetic(new ModelOwnerJob(plan, model, secret, publicKey, resources))) {
        ModelOwner modelOwner =
            new ModelOwner(
                StoredJob.JOB, plan, owner.planDigest(), arithmetic, codec.format(Long.MAX_VALUE));
        rounds(owner, modelOwner, protocol.draws(model, plan, secret), job.in(root));
      }
    }
  }

  /** Takes a batch through all rounds, keeps its uploads, and makes sure that it was answered. */
  private static void rounds(DataOwner owner, ModelOwner model, Draws draws, Path directory)
      throws IOException {
    Plan plan = owner.plan();
    int features = plan.input().shape().size();
    RealColumns records =
        new RealColumns(
            features, RECORDS, new Random(2).doubles((long) features * RECORDS).toArray());
    DataOwnerBatch batch = owner.open(StoredJob.BATCH, records);
    for (Round round : plan.rounds()) {
      for (int draw = 0; draw < (round.index() == 0 ? 1 : plan.draws()); draw++) {
        try (Message upload = batch.upload(draw)) {
          byte[] wire =
              StoredJob.wire(owner.format(Long.MAX_VALUE), upload.label(), upload.block());
          Files.write(directory.resolve(StoredJob.upload(round.index(), draw)), wire);
          for (Message answer : model.evaluate(upload.label(), upload.block())) {
            try (answer) {
              batch.accept(answer.label(), answer.block());
            }
          }
        }
      }
    }
    double[] expected =
        new ReferenceEvaluator(plan, draws, model).score(StoredJob.BATCH, records).mean().values();
    double[] answered = batch.predictions().orElseThrow().mean().values();
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - answered[i]);
      if (!(error <= (plan.sheet().plainLimit().isEmpty() ? MOST_ERROR : 0))) {
        throw new IllegalStateException(
            "%s: a prediction is %s, not %s".formatted(directory, answered[i], expected[i]));
      }
    }
  }
}
