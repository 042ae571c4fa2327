package io.nightjar.cryptonets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.RelinearisationKey;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.crypto.natives.NativeMemory;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.model.Activation;
import io.nightjar.model.Architecture;
import io.nightjar.model.AveragePool;
import io.nightjar.model.Conv2d;
import io.nightjar.model.Dense;
import io.nightjar.model.Flatten;
import io.nightjar.model.Gaussian;
import io.nightjar.model.InputSpec;
import io.nightjar.model.Layer;
import io.nightjar.model.Model;
import io.nightjar.model.Parameter;
import io.nightjar.model.Point;
import io.nightjar.model.Posterior;
import io.nightjar.model.Quadratic;
import io.nightjar.model.Range;
import io.nightjar.model.Relu;
import io.nightjar.model.Shape;
import io.nightjar.model.Square;
import io.nightjar.model.Task;
import io.nightjar.model.WeightSet;
import io.nightjar.model.WeightedLayer;
import io.nightjar.plan.AnswerBudget;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanRefusedException;
import io.nightjar.protocol.Message;
import io.nightjar.protocol.PlanOptions;
import io.nightjar.protocol.Predictions;
import io.nightjar.protocol.Results;
import io.nightjar.protocol.RoundEvaluator;
import io.nightjar.protocol.TestOptions;
import io.nightjar.protocol.TestParties;
import io.nightjar.protocols.Protocols;
import io.nightjar.reference.FloatEvaluator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests whole networks on ciphertexts, at real parameters. */
class CryptonetsTest {

  private static Model model(Layer... layers) {
    return model(9, layers);
  }

  /** A model whose activations are squares up to a value. */
  private static Model model(double largest, Layer... layers) {
    Random random = new Random(4);
    Map<String, Parameter> weights = new HashMap<>();
    Map<String, Parameter> biases = new HashMap<>();
    Map<String, Range> calibration = new HashMap<>();
    for (Layer layer : layers) {
      if (layer instanceof WeightedLayer weighted) {
        int fan = weighted.weightCount() / Math.max(1, weighted.biasCount());
        weights.put(layer.name(), gaussian(weighted.weightCount(), 1 / Math.sqrt(fan), random));
        biases.put(layer.name(), gaussian(weighted.biasCount(), 0.1, random));
      } else if (layer instanceof Activation || layer instanceof AveragePool) {
        calibration.put(layer.name(), new Range(-2, largest));
      }
    }
    return new Model(
        new Architecture(
            "squares",
            Task.CLASSIFICATION,
            new InputSpec(new Shape(1, 6, 6), new Range(0, 1), List.of()),
            List.of(layers),
            List.of("a", "b", "c"),
            calibration),
        Posterior.of(new WeightSet(weights, biases, Map.of())));
  }

  private static Gaussian gaussian(int size, double deviation, Random random) {
    float[] means = new float[size];
    float[] stds = new float[size];
    for (int i = 0; i < size; i++) {
      means[i] = (float) (deviation * random.nextGaussian());
      stds[i] = (float) (deviation / 20);
    }
    return new Gaussian(means, stds);
  }

  private static Model cryptonet() {
    return cryptonet(9);
  }

  private static Model cryptonet(double largest) {
    return model(
        largest,
        new Conv2d("conv", 1, 3, 3, 2, 1, 1, true),
        new Square("square1"),
        new Flatten("flatten"),
        new Dense("fc1", 27, 8, true),
        new Square("square2"),
        new Dense("fc2", 8, 3, true));
  }

  private static Plan plan(Model model, int draws) {
    return new Cryptonets().plan(model, PlanOptions.DEFAULT.withDraws(draws));
  }

  private static CryptonetsSheet sheet(Plan plan) {
    return (CryptonetsSheet) plan.sheet();
  }

  private static HeParameters parameters(Plan plan) {
    return sheet(plan).encryption();
  }

  private static RealColumns records(int count) {
    return new RealColumns(36, count, new Random(1).doubles(36L * count).toArray());
  }

  private static TestParties.Scored score(
      Model model, Plan plan, JobSecret secret, RealColumns records) {
    TestParties.Scored scored = TestParties.score(model, plan, secret, 2, records);
    double margin = scored.measures().leastMarginBits();
    assertTrue(plan.noiseMarginBits() <= margin, plan.noiseMarginBits() + " <= " + margin);
    return scored;
  }

  /** What encrypted records may be from the reference's predictions is what the plan expects. */
  private static void assertNearReference(
      Model model, Plan plan, JobSecret secret, RealColumns records, TestParties.Scored encrypted) {
    Predictions reference = encrypted.reference(new NetworkDraws(model, plan, secret), 2, records);
    assertEquals(
        0, largestDifference(reference, encrypted.predictions()), sheet(plan).outputError(plan));
  }

  private static void assertNearRealNumbers(
      Model model, Plan plan, JobSecret secret, RealColumns records, TestParties.Scored encrypted) {
    Predictions reals =
        new FloatEvaluator(plan, new NetworkDraws(model, plan, secret), encrypted.inputs())
            .score(2, records);
    assertEquals(
        0, largestDifference(reals, encrypted.predictions()), sheet(plan).outputError(plan) + 5e-3);
  }

  private static double largestDifference(Predictions a, Predictions b) {
    double largest = 0;
    for (int i = 0; i < a.mean().values().length; i++) {
      largest = Math.max(largest, Math.abs(a.mean().values()[i] - b.mean().values()[i]));
    }
    return largest;
  }

  @Test
  void aNetworkOnCiphertextsSaysWhatItSaysInTheClear() {
    Model model = cryptonet();
    for (int draws : new int[] {1, 3}) {
      Plan plan = plan(model, draws);
      RealColumns records = records(200);
      try (JobSecret secret = JobSecret.fixedForTests(31)) {
        TestParties.Scored encrypted = score(model, plan, secret, records);
        assertNearReference(model, plan, secret, records, encrypted);
        assertNearRealNumbers(model, plan, secret, records, encrypted);

        NetworkDraws source = new NetworkDraws(model, plan, secret);
        Predictions reference = encrypted.reference(source, 2, records);
        Predictions reals = new FloatEvaluator(plan, source, encrypted.inputs()).score(2, records);
        assertTrue(largestDifference(reals, reference) > 0, "weights are rounded");
      }
    }
  }

  @Test
  void trainedQuadraticsCostNoMoreThanSquares() {
    Model model =
        model(
            new Flatten("flatten"),
            new Dense("fc1", 36, 9, true),
            new Quadratic("q1", 0.25, 0.5, 0.1),
            new Dense("fc2", 9, 8, true),
            new Quadratic("q2", -0.125, 1, -0.5),
            new Dense("fc3", 8, 3, true));
    Plan plan = plan(model, 2);
    RealColumns records = records(50);
    try (JobSecret secret = JobSecret.fixedForTests(32)) {
      TestParties.Scored encrypted = score(model, plan, secret, records);

      assertNearReference(model, plan, secret, records, encrypted);
      assertNearRealNumbers(model, plan, secret, records, encrypted);
    }
  }

  /**
   * A quadratic that is nearly straight has its vertex far away, and the layer after it a bias that
   * makes up for that: far more than its outputs are.
   */
  @Test
  void aBiasMayBeLargerThanAnyOutput() {
    Model model =
        model(
            new Flatten("flatten"),
            new Dense("fc1", 36, 9, true),
            new Quadratic("straight", 0.001, 1, 0),
            new Dense("fc2", 9, 3, true));
    Plan plan = plan(model, 2);
    List<LevelQuantisation> steps =
        LevelQuantisation.of(model, plan.weightBits(), plan.clipSigmas());
    assertTrue(steps.get(1).largestBiasSlot() > 4 * steps.get(1).largestSlot());
    RealColumns records = records(50);
    try (JobSecret secret = JobSecret.fixedForTests(37)) {
      TestParties.Scored encrypted = score(model, plan, secret, records);

      assertNearReference(model, plan, secret, records, encrypted);
    }
  }

  /** The largest of thousands is four deviations, not eleven, and few values are the largest. */
  private static final double LEAST_OF_PREDICTED = 1 / 64.0;

  @Test
  void errorsAndValuesOfEveryLevelAreAsPredicted() {
    Model model = cryptonet(3); // which is what these records reach, within a factor of two
    Plan plan = plan(model, 1);
    RealColumns records = records(2000);
    CryptonetsSheet sheet = sheet(plan);
    List<LevelQuantisation> steps =
        LevelQuantisation.of(model, plan.weightBits(), plan.clipSigmas());
    try (JobSecret secret = JobSecret.fixedForTests(33);
        HeContext context = HeContext.open(parameters(plan));
        SecretKey key = SecretKey.generate(context);
        RelinearisationKey relinearisation = key.relinearisationKey(context);
        CipherBlock upload = new BlockEncryptor(context, key).encrypt(records, sheet.scale())) {
      DrawnNetwork network =
          new NetworkDraws(model, plan, secret).network(DrawPlace.withoutInput(0, 0, 0));
      NetworkEvaluator evaluator =
          new NetworkEvaluator(new BlockEvaluator(context), relinearisation);
      for (Level level : sheet.levels()) {
        DrawnNetwork part = upTo(network, level.index());
        RealColumns expected = part.slots(records);
        double largest = 0;
        double error = 0;
        try (CipherBlock block = evaluator.evaluate(part, upload)) {
          double[] actual = new BlockDecryptor(context, key).decryptReal(block).values();
          for (int i = 0; i < actual.length; i++) {
            int row = i / records.records() / level.positions();
            double unit = steps.get(level.index()).multiplier(row);
            largest = Math.max(largest, Math.abs(actual[i]) / unit);
            error = Math.max(error, Math.abs(actual[i] - expected.values()[i]) / unit);
          }
        }
        assertTrue(largest <= level.range(), largest + " <= " + level.range());
        assertTrue(error <= level.error(), error + " <= " + level.error());
        assertTrue(
            error >= LEAST_OF_PREDICTED * level.error(),
            level.index() + ": " + error + " is far below " + level.error());
      }
    }
  }

  @Test
  void resultsAreEncryptedAnewUnderTheFloodOfThePlan() throws IOException {
    Model model = cryptonet();
    Plan plan = plan(model, 1);
    CryptonetsSheet sheet = sheet(plan);
    RealColumns records = records(2000);
    BlockLabel label = new BlockLabel(TestParties.JOB, 2, 0, 0, 0);
    try (JobSecret secret = JobSecret.fixedForTests(34);
        TestParties parties = new TestParties(model, plan, secret)) {
      LatticeSecret owner = (LatticeSecret) parties.ownerSecret();
      HeContext context = owner.context();
      BlockDecryptor decryptor = new BlockDecryptor(context, owner.key());
      try (RelinearisationKey relinearisation = owner.key().relinearisationKey(context);
          CipherBlock upload =
              new BlockEncryptor(context, owner.key()).encrypt(records, sheet.scale())) {
        List<byte[]> hidden = new ArrayList<>();
        double[] values = new double[0];
        InputDigest digest = InputDigest.NONE;
        for (String input : List.of("one input", "one input", "another input")) {
          digest = InputDigest.of(new Blake3().digest(input.getBytes(StandardCharsets.UTF_8)));
          try (RoundEvaluator.OpenUpload open = parties.evaluator().open(label, upload, digest);
              Results results = open.evaluate(0, new CiphertextRange(0, 3), Long.MAX_VALUE);
              Message result = results.next()) {
            assertFalse(results.hasNext());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            new BlockCodec(context).writeBlock(result.block(), result.label(), out);
            hidden.add(out.toByteArray());
            values = decryptor.decryptReal((CipherBlock) result.block()).values();
          }
        }
        assertArrayEquals(hidden.get(0), hidden.get(1));
        assertFalse(
            Arrays.equals(hidden.get(0), hidden.get(2)), "draws and mask are the input's own");

        NetworkEvaluator evaluator =
            new NetworkEvaluator(new BlockEvaluator(context), relinearisation);
        DrawnNetwork network =
            new NetworkDraws(model, plan, secret).network(new DrawPlace(2, 0, 0, digest));
        double squares = 0;
        try (CipherBlock bare = evaluator.evaluate(network, upload)) {
          double[] expected = decryptor.decryptReal(bare).values();
          for (int i = 0; i < values.length; i++) {
            squares += (values[i] - expected[i]) * (values[i] - expected[i]) / values.length;
          }
        }
        double flood =
            Math.scalb(Math.sqrt(plan.batchSize() / 3.0), sheet.lattice().floodBits())
                / sheet.resultScale();
        assertEquals(flood, Math.sqrt(squares), 0.05 * flood);
      }
    }
  }

  /** The levels up to one, whose outputs are not squared. */
  private static DrawnNetwork upTo(DrawnNetwork network, int last) {
    List<DrawnNetwork.Layer> layers = new ArrayList<>(network.layers().subList(0, last));
    DrawnNetwork.Layer end = network.layers().get(last);
    layers.add(new DrawnNetwork.Layer(end.linear(), end.dropped(), false));
    return new DrawnNetwork(layers);
  }

  @Test
  void noiseThatIsAskedForIsThereAndResultsStayPrecise() {
    Model model = cryptonet(3);
    Plan plain = plan(model, 1);
    Plan plan = new Cryptonets().plan(model, PlanOptions.DEFAULT.with(Cryptonets.HIDDEN_BITS, 40));
    assertTrue(sheet(plan).hiddenBits(plan) >= 40 && sheet(plain).hiddenBits(plain) < 40);
    assertTrue(sheet(plan).lattice().floodBits() > sheet(plain).lattice().floodBits());
    assertEquals(128, parameters(plan).securityBits());

    RealColumns records = records(100);
    try (JobSecret secret = JobSecret.fixedForTests(36)) {
      TestParties.Scored encrypted = score(model, plan, secret, records);
      assertNearReference(model, plan, secret, records, encrypted);
      double error = sheet(plan).outputError(plan);
      assertTrue(error < 0.01, "6 deviations of the flood are " + error);
    }
  }

  /**
   * Twice as much as calibration saw is in every level's range, and four times that of a square.
   */
  @Test
  void valuesThatStayWithinEveryLevelsRangeAreWithinThePlansBound() {
    WeightSet weights =
        new WeightSet(
            Map.of("first", Point.constant(1, 1), "last", new Point(new float[] {5, -5})),
            Map.of(),
            Map.of());
    Architecture architecture =
        new Architecture(
            "ends",
            Task.CLASSIFICATION,
            new InputSpec(Shape.flat(1), new Range(0, 2), List.of()),
            List.of(
                new Dense("first", 1, 1, false),
                new Square("square"),
                new Dense("last", 1, 2, false)),
            List.of("a", "b"),
            Map.of("square", new Range(0, 1)));
    Model model = new Model(architecture, Posterior.of(weights));
    Plan plan = new Cryptonets().plan(model, TestOptions.insecure(64));
    assertEquals(2, sheet(plan).levels().get(0).range());

    try (JobSecret secret = JobSecret.fixedForTests(37)) {
      TestParties.Scored scored =
          TestParties.score(model, plan, secret, 0, new RealColumns(1, 1, new double[] {1.99}));

      assertEquals(1, scored.predictions().mean().values()[0], 1e-9);
    }
  }

  /** A batch is counted as full, so an answer comes with two coefficients of every output. */
  @Test
  void hiddenResultsStayHiddenForAWholeBudget() {
    Model model = cryptonet(3);
    PlanOptions hidden = PlanOptions.DEFAULT.with(Cryptonets.HIDDEN_BITS, 40);
    long answers = 100_000_000;

    Plan unlimited = new Cryptonets().plan(model, hidden);
    Plan limited =
        new Cryptonets().plan(model, hidden.withBudget(AnswerBudget.UNLIMITED.of(answers)));

    double coefficients = 2.0 * limited.outputs() * answers;
    assertTrue(
        coefficients * Math.pow(2, -sheet(limited).hiddenBits(limited) - 1) <= 0x1p-20,
        "all together");
    assertTrue(
        coefficients * Math.pow(2, -sheet(unlimited).hiddenBits(unlimited) - 1) > 0x1p-20,
        "which forty bits are too few for");
    double answer = Math.pow(2, -limited.sheet().answerDistanceBits(limited).orElseThrow());
    double expected =
        2.0 * limited.outputs() * Math.pow(2, -sheet(limited).hiddenBits(limited) - 1);
    assertEquals(expected, answer, 1e-6 * expected);
  }

  @Test
  void aBudgetThatNoNoiseHidesIsRefusedWithTheLargestThatSomeDoes() {
    Model model = cryptonet(3);
    PlanOptions hidden = PlanOptions.DEFAULT.with(Cryptonets.HIDDEN_BITS, 40);
    AnswerBudget budget = AnswerBudget.UNLIMITED.of(1_000_000_000_000_000L).within(40);

    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class,
            () -> new Cryptonets().plan(model, hidden.withBudget(budget)));

    String message = refused.getMessage();
    String before =
        "The noise of a budget of 1000000000000000 answers cannot be hidden within statistical"
            + " distance 2^-40: the largest budget that can is ";
    assertTrue(message.startsWith(before) && message.endsWith(" answers"), message);
    long most =
        Long.parseLong(message.substring(before.length(), message.length() - " answers".length()));
    assertEquals(
        128,
        parameters(new Cryptonets().plan(model, hidden.withBudget(budget.of(most))))
            .securityBits());
    assertThrows(
        PlanRefusedException.class,
        () -> new Cryptonets().plan(model, hidden.withBudget(budget.of(most + 1))));
  }

  @Test
  void aBudgetChangesNothingWhereNothingIsToBeHidden() {
    Model model = cryptonet(3);
    AnswerBudget budget = AnswerBudget.UNLIMITED.of(1_000_000_000_000_000L);

    Plan plan = plan(model, 1);

    assertTrue(plan.sheet().answerDistanceBits(plan).isEmpty());
    assertEquals(plan, new Cryptonets().plan(model, PlanOptions.DEFAULT.withBudget(budget)));
  }

  @Test
  void convolutionsInGroupsReadTheirOwnChannels() {
    Model model =
        model(
            new Conv2d("conv1", 1, 4, 3, 2, 1, 1, true),
            new Square("square1"),
            new Conv2d("conv2", 4, 6, 2, 1, 0, 2, true),
            new Square("square2"),
            new Flatten("flatten"),
            new Dense("fc", 24, 3, true));
    Plan plan = plan(model, 1);
    RealColumns records = records(20);
    try (JobSecret secret = JobSecret.fixedForTests(33)) {
      assertNearReference(model, plan, secret, records, score(model, plan, secret, records));
    }
  }

  @Test
  void evaluatingTakesTheMemoryThatThePlanNeedsAndNotThatOfEveryLevel() {
    Model model =
        model(
            new Conv2d("conv", 1, 20, 3, 1, 1, 1, true), // 720 outputs, which nobody writes down
            new Square("square1"),
            new Flatten("flatten"),
            new Dense("fc1", 720, 8, true),
            new Square("square2"),
            new Dense("fc2", 8, 3, true));
    Plan plan = plan(model, 1);
    try (JobSecret secret = JobSecret.fixedForTests(34);
        HeContext context = HeContext.open(parameters(plan));
        SecretKey key = SecretKey.generate(context);
        RelinearisationKey relinearisation = key.relinearisationKey(context)) {
      DrawnNetwork network =
          new NetworkDraws(model, plan, secret).network(DrawPlace.withoutInput(0, 0, 0));
      NetworkEvaluator evaluator =
          new NetworkEvaluator(new BlockEvaluator(context), relinearisation);
      try (CipherBlock upload =
          new BlockEncryptor(context, key).encrypt(records(5), sheet(plan).scale())) {
        NativeMemory.resetPeak();
        long before = NativeMemory.blockBytes();
        evaluator.evaluate(network, upload).close();
        long taken = NativeMemory.peakBlockBytes() - before;

        assertEquals(NetworkMemory.mostBytes(sheet(plan)), taken);
        assertTrue(taken < upload.nativeBytes(), taken + " of " + upload.nativeBytes());
      }
    }
  }

  @Test
  void everyLevelReadsNoMorePrimesThanTheRestNeedsAndResultsHaveOne() {
    Plan plan = plan(cryptonet(), 1);
    List<Level> levels = sheet(plan).levels();

    assertEquals(parameters(plan).dataLimbs(), levels.get(0).limbs());
    for (int i = 1; i < levels.size(); i++) {
      assertEquals(levels.get(i - 1).limbs() - levels.get(i - 1).dropped(), levels.get(i).limbs());
    }
    assertTrue(levels.get(1).dropped() >= 1);
    assertTrue(levels.get(2).dropped() >= 1);
    assertEquals(1, sheet(plan).lattice().resultLimbs());
    // Products with 12-bit weights fit what the kernel multiplies and adds at once.
    assertEquals(12, plan.weightBits());
    for (long prime : parameters(plan).keyPrimes()) {
      assertTrue(prime < 1L << 40, "a prime of " + prime);
    }
    // One bit more, and a value could outgrow its primes; the room is not a whole prime anywhere.
    assertTrue(plan.noiseMarginBits() >= 1 && plan.noiseMarginBits() < 8);
  }

  @Test
  void averagePoolsAreEvaluatedOnCiphertextsWhereverTheyAre() {
    Model model =
        model(
            3,
            new Conv2d("conv", 1, 2, 3, 1, 1, 1, true),
            new Square("square1"),
            new AveragePool("pool1", 2, 2, 0), // 2 x 3 x 3
            new Conv2d("conv2", 2, 4, 2, 1, 0, 1, true),
            new AveragePool("pool2", 2, 1, 0), // 4 x 1 x 1
            new Square("square2"),
            new Flatten("flatten"),
            new Dense("fc", 4, 3, true));
    Plan plan = plan(model, 1);
    RealColumns records = records(100);
    try (JobSecret secret = JobSecret.fixedForTests(35)) {
      TestParties.Scored encrypted = score(model, plan, secret, records);

      assertEquals(
          List.of("conv", "pool1", "conv2 + pool2", "fc"),
          sheet(plan).levels().stream().map(Level::title).toList());
      assertNearReference(model, plan, secret, records, encrypted);
      assertNearRealNumbers(model, plan, secret, records, encrypted);
    }
  }

  @Test
  void aPlanIsReadAsItWasWrittenAndHasStandardSecurity() {
    Plan plan = plan(cryptonet(), 2);

    assertEquals(plan, Protocols.readPlan(PlanJson.write(plan)));
    assertEquals(128, parameters(plan).securityBits());
    assertEquals(parameters(plan).ringDegree() / 2, plan.batchSize());
    assertEquals(3, sheet(plan).levels().size());
    assertEquals(1, plan.rounds().size());
  }

  @Test
  void thePrivacyOfAnotherProtocolIsRefused() {
    PlanOptions options = PlanOptions.DEFAULT.withPrivacy(ModelPrivacy.BAYESIAN);
    PlanRefusedException refused =
        assertThrows(PlanRefusedException.class, () -> new Cryptonets().plan(cryptonet(), options));
    assertEquals(
        "Model privacy 'bayesian' is for bayhenn; with cryptonets the data owner sees only outputs: use 'none'",
        refused.getMessage());
  }

  private static Model deep(int squares) {
    List<Layer> layers =
        new ArrayList<>(List.of(new Flatten("flatten"), new Dense("in", 36, 8, true)));
    for (int i = 0; i < squares; i++) {
      layers.add(new Square("square" + i));
      layers.add(new Dense("fc" + i, 8, i < squares - 1 ? 8 : 3, true));
    }
    return model(layers.toArray(Layer[]::new));
  }

  @Test
  void aNetworkThatIsTooDeepIsRefusedWithTheDepthThatFits() {
    PlanRefusedException refused = assertThrows(PlanRefusedException.class, () -> plan(deep(9), 1));
    Matcher message =
        Pattern.compile(
                "The network has 9 squares in a row; .* enough for the first (\\d) of them, .*")
            .matcher(refused.getMessage());
    assertTrue(message.matches(), refused.getMessage());
    int fitting = Integer.parseInt(message.group(1));

    assertEquals(fitting + 1, sheet(plan(deep(fitting), 1)).levels().size());
    assertThrows(PlanRefusedException.class, () -> plan(deep(fitting + 1), 1));
  }

  @Test
  void otherActivationsAreRefusedWithAdvice() {
    PlanRefusedException refused =
        assertThrows(
            PlanRefusedException.class,
            () ->
                plan(
                    model(
                        new Flatten("flatten"),
                        new Dense("fc1", 36, 8, true),
                        new Relu("relu"),
                        new Dense("fc2", 8, 3, true)),
                    1));
    assertTrue(refused.getMessage().contains("Layer 'relu' cannot be evaluated on ciphertexts"));
    assertTrue(refused.getMessage().contains("retrain"));
  }
}
