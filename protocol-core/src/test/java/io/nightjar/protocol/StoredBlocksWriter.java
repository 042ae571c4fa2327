package io.nightjar.protocol;

import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.PaillierSecretKey;
import io.nightjar.crypto.PublicKey;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RelinearisationKey;
import io.nightjar.crypto.ResiduePool;
import io.nightjar.crypto.SecretKey;
import io.nightjar.draw.JobSecret;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Sealed outputs have errors; those of small rings without security are well below this. */
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
    try (JobSecret secret = StoredJob.secret()) {
      Draws draws = Draws.of(model, plan, secret);
      if (plan.isPaillier()) {
        overPaillier(plan, draws, secret, job.in(root));
      } else {
        overLattices(plan, draws, secret, job.in(root));
      }
    }
  }

  private static void overPaillier(Plan plan, Draws draws, JobSecret secret, Path directory)
      throws IOException {
    try (PaillierSecretKey key = PaillierSecretKey.generate(plan.paillier());
        ResiduePool pool = new ResiduePool(key, 1 << 14);
        PaillierRounds rounds = new PaillierRounds(secret, key.publicKey())) {
      Files.write(directory.resolve(StoredJob.PUBLIC_KEY), key.publicKey().toBytes());
      DataOwner owner = new DataOwner(StoredJob.JOB, plan, key, pool);
      rounds(
          owner,
          new ModelOwner(StoredJob.JOB, plan, owner.planDigest(), draws, rounds),
          draws,
          directory);
    }
  }

  private static void overLattices(Plan plan, Draws draws, JobSecret secret, Path directory)
      throws IOException {
    try (HeContext context = HeContext.open(plan.parameters());
        SecretKey key = SecretKey.generate(context);
        PublicKey publicKey = key.publicKey(context)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BlockCodec codec = new BlockCodec(context);
      codec.write(publicKey, bytes);
      Optional<RelinearisationKey> relinearisation =
          plan.isSealed() ? Optional.of(key.relinearisationKey(context)) : Optional.empty();
      if (relinearisation.isPresent()) {
        codec.write(relinearisation.get(), bytes);
      }
      Files.write(directory.resolve(StoredJob.PUBLIC_KEY), bytes.toByteArray());
      Optional<Hiding> hiding =
          plan.hidesResults() ? Optional.of(new Hiding(plan, secret, publicKey)) : Optional.empty();
      DataOwner owner = new DataOwner(StoredJob.JOB, plan, context, key);
      rounds(
          owner,
          new ModelOwner(
              StoredJob.JOB, plan, owner.planDigest(), draws, hiding, relinearisation, context),
          draws,
          directory);
      relinearisation.ifPresent(RelinearisationKey::close);
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
          for (Message answer : model.answer(upload.label(), upload.block())) {
            try (answer) {
              batch.accept(answer.label(), answer.block());
            }
          }
        }
      }
    }
    double[] expected =
        new ReferenceEvaluator(plan, draws).score(StoredJob.BATCH, records).mean().values();
    double[] answered = batch.predictions().mean().values();
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(expected[i] - answered[i]);
      if (!(error <= (plan.isSealed() ? MOST_ERROR : 0))) {
        throw new IllegalStateException(
            "%s: a prediction is %s, not %s".formatted(directory, answered[i], expected[i]));
      }
    }
  }
}
