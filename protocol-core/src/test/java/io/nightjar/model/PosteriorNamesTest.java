package io.nightjar.model;

import static io.nightjar.model.Refusals.assertRefused;
import static io.nightjar.model.SmallModel.CONV_SHAPE;
import static io.nightjar.model.SmallModel.FC_SHAPE;
import static io.nightjar.model.SmallModel.TWO;
import static io.nightjar.model.SmallModel.floats;
import static io.nightjar.model.SmallModel.ramp;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests which tensors are understood as which parameters. */
class PosteriorNamesTest {

  private static final double LN2 = Math.log(2);

  @Test
  void ownNames() {
    Posterior posterior =
        read(
            SmallModel.withoutConv()
                .add("conv.weight.mean", CONV_SHAPE, ramp(18))
                .add("conv.weight.std", CONV_SHAPE, ramp(18))
                .add("conv.bias.mean", TWO, 1, 2)
                .add("conv.bias.std", TWO, 3, 4));

    assertEquals(Posterior.Kind.MEAN_FIELD, posterior.kind());
    assertEquals(new Gaussian(floats(ramp(18)), floats(ramp(18))), posterior.weight("conv"));
    assertEquals(Optional.of(new Gaussian(floats(1, 2), floats(3, 4))), posterior.bias("conv"));
    assertEquals(new Point(floats(ramp(16))), posterior.weight("fc"));
    assertEquals(Optional.empty(), posterior.bias("fc"));
  }

  @Test
  void withoutStandardDeviationItIsAPoint() {
    Posterior posterior =
        read(
            SmallModel.withoutConv()
                .add("conv.weight.mean", CONV_SHAPE, ramp(18))
                .add("conv.bias.mean", TWO, 1, 2));

    assertEquals(Posterior.Kind.POINT, posterior.kind());
    assertEquals(new Point(floats(ramp(18))), posterior.weight("conv"));
  }

  @Test
  void pyTorchsNames() {
    Posterior posterior =
        read(
            SmallModel.withoutFc()
                .add("fc.weight", FC_SHAPE, ramp(16))
                .add("bn.weight", TWO, 3, 4)
                .add("bn.bias", TWO, 5, 6)
                .add("bn.num_batches_tracked", "I64", List.of(), new byte[8]));

    assertEquals(Posterior.Kind.POINT, posterior.kind());
    assertEquals(new Point(floats(ramp(18))), posterior.weight("conv"));
    assertEquals(Optional.of(new Point(floats(1, 2))), posterior.bias("conv"));
    assertEquals(
        new BatchNormParameters(
            new Point(floats(3, 4)),
            new Point(floats(5, 6)),
            new Point(floats(5, 6)),
            new Point(floats(7, 8))),
        posterior.batchNorm("bn"));
  }

  @Test
  void batchNormWithoutScaleAndShiftHasOneAndZero() {
    assertEquals(
        SmallModel.norm(),
        read(SmallModel.withoutFc().add("fc.weight", FC_SHAPE, ramp(16))).batchNorm("bn"));
  }

  @Test
  void bayesianTorchsNames() {
    Posterior posterior =
        read(
            new TensorBytes()
                .add("bn.running_mean", TWO, 5, 6)
                .add("bn.running_var", TWO, 7, 8)
                .add("conv.mu_kernel", CONV_SHAPE, ramp(18))
                .add("conv.rho_kernel", CONV_SHAPE, new double[18])
                .add("conv.mu_bias", TWO, 1, 2)
                .add("conv.rho_bias", TWO, 0, 0)
                .add("fc.mu_weight", FC_SHAPE, ramp(16))
                .add("fc.rho_weight", FC_SHAPE, new double[16]));

    assertEquals(new Gaussian(floats(ramp(18)), repeat(18, LN2)), posterior.weight("conv"));
    assertEquals(Optional.of(new Gaussian(floats(1, 2), repeat(2, LN2))), posterior.bias("conv"));
    assertEquals(new Gaussian(floats(ramp(16)), repeat(16, LN2)), posterior.weight("fc"));
  }

  @Test
  void blitzNames() {
    assertEquals(
        new Gaussian(floats(ramp(18)), repeat(18, LN2)),
        read(SmallModel.withoutConv()
                .add("conv.weight_mu", CONV_SHAPE, ramp(18))
                .add("conv.weight_rho", CONV_SHAPE, new double[18])
                .add("conv.bias_mu", TWO, 1, 2)
                .add("conv.bias_rho", TWO, 0, 0))
            .weight("conv"));
  }

  /** A whole state_dict of Blitz has everything twice, and the noise of the last draw. */
  @Test
  void blitzNamesOfAWholeStateDict() {
    Posterior posterior =
        read(
            SmallModel.withoutConv()
                .add("conv.weight_mu", CONV_SHAPE, ramp(18))
                .add("conv.weight_rho", CONV_SHAPE, new double[18])
                .add("conv.weight_sampler.mu", CONV_SHAPE, ramp(18))
                .add("conv.weight_sampler.rho", CONV_SHAPE, new double[18])
                .add("conv.weight_sampler.eps_w", CONV_SHAPE, repeatNan(18))
                .add("conv.bias_sampler.mu", TWO, 1, 2)
                .add("conv.bias_rho", TWO, 0, 0)
                .add("conv.bias_sampler.rho", TWO, 0, 0)
                .add("conv.bias_sampler.eps_w", TWO, repeatNan(2)));

    assertEquals(new Gaussian(floats(ramp(18)), repeat(18, LN2)), posterior.weight("conv"));
    assertEquals(Optional.of(new Gaussian(floats(1, 2), repeat(2, LN2))), posterior.bias("conv"));
  }

  @Test
  void blitzNamesThatContradictEachOtherAreRefused() {
    assertRefused(
        "posterior.safetensors: Tensor \"conv.bias_mu\" of layer \"conv\" and tensor "
            + "\"conv.bias_sampler.mu\" are the same parameter, but have different numbers",
        () ->
            read(
                SmallModel.withoutConv()
                    .add("conv.weight", CONV_SHAPE, ramp(18))
                    .add("conv.bias_mu", TWO, 1, 2)
                    .add("conv.bias_sampler.mu", TWO, 1, 3)
                    .add("conv.bias_rho", TWO, 0, 0)));
  }

  @Test
  void blitzZerosInPlaceOfABiasAreChecked() {
    String json =
        SmallModel.JSON.replace("\"groups\": 1, \"bias\": true", "\"groups\": 1, \"bias\": false");
    TensorBytes good = SmallModel.withoutConv().add("conv.weight", CONV_SHAPE, ramp(18));
    TensorBytes bad = SmallModel.withoutConv().add("conv.weight", CONV_SHAPE, ramp(18));

    assertEquals(
        Optional.empty(), read(json, good.add("conv.bias_zero", TWO, 0, -0.0)).bias("conv"));
    assertRefused(
        "posterior.safetensors: Tensor \"conv.bias_zero\" of layer \"conv\" has 1.0 at [1]: "
            + "the layer has \"bias\": false, so it must be 0",
        () -> read(json, bad.add("conv.bias_zero", TWO, 0, 1)));
  }

  @Test
  void rhoIsTakenThroughSoftplusAtAnySize() {
    double[] rhos = {-104, -40, -1, 0, 1, 20, 100, 1e30};
    double[] stds = {
      Math.exp(-104),
      Math.exp(-40),
      0.31326168751822286,
      LN2,
      1.3132616875182228,
      20.000000002,
      100,
      1e30
    };
    double[] mu = new double[16];
    double[] rho = new double[16];
    System.arraycopy(rhos, 0, rho, 0, rhos.length);

    Parameter weight =
        read(SmallModel.withoutFc()
                .add("fc.weight_mu", FC_SHAPE, mu)
                .add("fc.weight_rho", FC_SHAPE, rho))
            .weight("fc");

    for (int i = 0; i < rhos.length; i++) {
      assertEquals((float) stds[i], weight.std(i), "rho " + rhos[i]);
    }
  }

  @Test
  void anEnsembleHasMembersInTheOrderOfTheirNumbers() {
    TensorBytes tensors = new TensorBytes();
    for (int i = 10; i >= 0; i--) {
      addMember(tensors, i);
    }

    Posterior posterior = read(tensors);

    assertEquals(Posterior.Kind.ENSEMBLE, posterior.kind());
    assertEquals(11, posterior.members().size());
    for (int i = 0; i < 11; i++) {
      assertEquals(i, posterior.members().get(i).weight("fc").mean(0));
      assertEquals(SmallModel.norm(), posterior.members().get(i).batchNorm("bn"));
    }
  }

  @Test
  void anEnsembleWithAGapIsRefused() {
    TensorBytes tensors = new TensorBytes();
    addMember(tensors, 0);
    addMember(tensors, 2);

    assertRefused(
        "posterior.safetensors: There are tensors of member 2, but none of member 1: "
            + "members are numbered from 0",
        () -> read(tensors));
  }

  @Test
  void anEnsembleWithTensorsOfNoMemberIsRefused() {
    TensorBytes tensors = new TensorBytes();
    addMember(tensors, 0);

    assertRefused(
        "posterior.safetensors: Tensor \"fc.weight\" belongs to no member, but this is an "
            + "ensemble: all names begin with \"member.<number>.\"",
        () -> read(tensors.add("fc.weight", FC_SHAPE, ramp(16))));
  }

  @Test
  void aMemberIsNumberedPlainly() {
    for (String name :
        List.of("member.", "member.fc", "member.01.x", "member.-1.x", "member.10000.x")) {
      assertRefused(
          "posterior.safetensors: Tensor \"%s\": after \"member.\" comes a number of at most 4 "
                  .formatted(name)
              + "digits and a dot",
          () -> read(new TensorBytes().add(name, TWO, 1, 2)));
    }
  }

  @Test
  void aMemberIsAPointEstimate() {
    TensorBytes tensors =
        new TensorBytes()
            .add("member.0.conv.weight.mean", CONV_SHAPE, ramp(18))
            .add("member.0.conv.weight.std", CONV_SHAPE, ramp(18));

    assertRefused(
        "posterior.safetensors: Tensor \"member.0.conv.weight.std\" of layer \"conv\": a member of "
            + "an ensemble is a point estimate and has no spread",
        () -> read(tensors));
  }

  @Test
  void aMissingMemberTensorIsRefusedByItsFullName() {
    TensorBytes tensors = new TensorBytes();
    addMember(tensors, 0);
    tensors.add("member.1.fc.weight", FC_SHAPE, ramp(16));

    assertRefused(
        "posterior.safetensors: Layer \"conv\": there is no tensor with its weight, it would be "
            + "one of [member.1.conv.weight.mean, member.1.conv.weight, member.1.conv.mu_kernel, "
            + "member.1.conv.weight_mu]; the nearest name in the file is \"member.0.conv.weight\"",
        () -> read(tensors));
  }

  @Test
  void aMissingWeightIsRefusedWithTheNamesItMayHave() {
    assertRefused(
        "posterior.safetensors: Layer \"fc\": there is no tensor with its weight, it would be one "
            + "of [fc.weight.mean, fc.weight, fc.mu_weight, fc.weight_mu]",
        () -> read(SmallModel.withoutFc()));
    assertRefused(
        "posterior.safetensors: Layer \"fc\": there is no tensor with its weight, it would be one "
            + "of [fc.weight.mean, fc.weight, fc.mu_weight, fc.weight_mu]; "
            + "the nearest name in the file is \"fc.weights.mean\"",
        () -> read(SmallModel.withoutFc().add("fc.weights.mean", FC_SHAPE, ramp(16))));
  }

  @Test
  void aMissingBiasIsRefused() {
    assertRefused(
        "posterior.safetensors: Layer \"conv\": there is no tensor with its bias, it would be one"
            + " of [conv.bias.mean, conv.bias, conv.mu_bias, conv.bias_mu]; a layer without says"
            + " \"bias\": false",
        () -> read(SmallModel.withoutConv().add("conv.weight", CONV_SHAPE, ramp(18))));
  }

  @Test
  void missingStatisticsAreRefused() {
    assertRefused(
        "posterior.safetensors: Layer \"bn\": there is no tensor \"bn.running_var\"; "
            + "the nearest name in the file is \"bn.running_mean\"",
        () ->
            read(
                new TensorBytes()
                    .add("conv.weight", CONV_SHAPE, ramp(18))
                    .add("conv.bias", TWO, 1, 2)
                    .add("bn.running_mean", TWO, 1, 2)));
  }

  @Test
  void halfOfAPairIsRefused() {
    assertRefused(
        "posterior.safetensors: Layer \"fc\" has tensor \"fc.weight.std\", but tensor "
            + "\"fc.weight.mean\", which goes with it, is missing",
        () -> read(SmallModel.withoutFc().add("fc.weight.std", FC_SHAPE, ramp(16))));
    assertRefused(
        "posterior.safetensors: Layer \"fc\" has tensor \"fc.mu_weight\", but tensor "
            + "\"fc.rho_weight\", which goes with it, is missing",
        () -> read(SmallModel.withoutFc().add("fc.mu_weight", FC_SHAPE, ramp(16))));
    assertRefused(
        "posterior.safetensors: Layer \"fc\" has tensor \"fc.weight_rho\", but tensor "
            + "\"fc.weight_mu\", which goes with it, is missing",
        () -> read(SmallModel.withoutFc().add("fc.weight_rho", FC_SHAPE, ramp(16))));
  }

  @Test
  void aParameterUnderTwoNamesIsRefused() {
    assertRefused(
        "posterior.safetensors: Layer \"fc\" has its weight twice, as tensors \"fc.weight.mean\" "
            + "and \"fc.weight\": which one holds cannot be told",
        () ->
            read(
                SmallModel.withoutFc()
                    .add("fc.weight", FC_SHAPE, ramp(16))
                    .add("fc.weight.mean", FC_SHAPE, ramp(16))));
  }

  @Test
  void aTensorOfNoLayerIsRefused() {
    assertRefused(
        "posterior.safetensors: Tensor \"fd.weight\": the model has no layer for it; "
            + "did you mean \"fc.weight\"?",
        () -> read(complete().add("fd.weight", FC_SHAPE, ramp(16))));
    assertRefused(
        "posterior.safetensors: Tensor \"optimiser state\": the model has no layer for it",
        () -> read(complete().add("optimiser state", TWO, 1, 2)));
  }

  @Test
  void aTensorThatItsLayerHasNoUseForIsRefused() {
    assertRefused(
        "posterior.safetensors: Tensor \"fc.bias\" of layer \"fc\": the layer has "
            + "\"bias\": false in model.json",
        () -> read(complete().add("fc.bias", TWO, 1, 2)));
    assertRefused(
        "posterior.safetensors: Tensor \"fc.weight_prior\" of layer \"fc\": a layer of this type "
            + "has no such tensor",
        () -> read(complete().add("fc.weight_prior", TWO, 1, 2)));
    assertRefused(
        "posterior.safetensors: Tensor \"relu.weight\" of layer \"relu\": a layer of this type "
            + "has no such tensor",
        () -> read(complete().add("relu.weight", TWO, 1, 2)));
    assertRefused(
        "posterior.safetensors: Tensor \"bn.weight.mean\" of layer \"bn\": a layer of this type "
            + "has no such tensor",
        () -> read(complete().add("bn.weight.mean", TWO, 1, 2)));
  }

  @Test
  void aWrongShapeIsRefused() {
    assertRefused(
        "posterior.safetensors: Tensor \"fc.weight\" of layer \"fc\" has shape [8, 2]: "
            + "it must be [2, 8], outputs first; is it transposed?",
        () -> read(SmallModel.withoutFc().add("fc.weight", List.of(8, 2), ramp(16))));
    assertRefused(
        "posterior.safetensors: Tensor \"fc.weight.std\" of layer \"fc\" has shape [16]: "
            + "it must be [2, 8]",
        () ->
            read(
                SmallModel.withoutFc()
                    .add("fc.weight.mean", FC_SHAPE, ramp(16))
                    .add("fc.weight.std", List.of(16), ramp(16))));
    assertRefused(
        "posterior.safetensors: Tensor \"conv.weight\" of layer \"conv\" has shape [2, 3, 3]: "
            + "it must be [2, 1, 3, 3]",
        () -> read(SmallModel.withoutConv().add("conv.weight", List.of(2, 3, 3), ramp(18))));
    assertRefused(
        "posterior.safetensors: Tensor \"bn.weight\" of layer \"bn\" has shape [1]: "
            + "it must be [2]",
        () -> read(complete().add("bn.weight", List.of(1), 1)));
  }

  @Test
  void anIntegerTensorIsRefusedUnlessItIsTheCounter() {
    assertRefused(
        "posterior.safetensors: Tensor \"bn.weight\" of layer \"bn\" has dtype I64: "
            + "it must be F64, F32, F16 or BF16",
        () -> read(complete().add("bn.weight", "I64", TWO, new byte[16])));
    assertRefused(
        "posterior.safetensors: Tensor \"bn.bogus\" of layer \"bn\": a layer of this type has no "
            + "such tensor",
        () -> read(complete().add("bn.bogus", "I64", TWO, new byte[16])));
  }

  @Test
  void aNumberThatIsNotFiniteIsRefusedByTensorAndLayer() {
    double[] weights = ramp(16);
    weights[7] = Double.NaN;

    assertRefused(
        "posterior.safetensors: Tensor \"fc.weight\" of layer \"fc\" has NaN at [7]: "
            + "it must be finite as a 32-bit number",
        () -> read(SmallModel.withoutFc().add("fc.weight", FC_SHAPE, weights)));
  }

  @Test
  void aNegativeSpreadIsRefused() {
    double[] stds = ramp(16);
    stds[3] = -0.5;

    assertRefused(
        "posterior.safetensors: Tensor \"fc.weight.std\" of layer \"fc\" has -0.5 at [3]: "
            + "it must not be negative",
        () ->
            read(
                SmallModel.withoutFc()
                    .add("fc.weight.mean", FC_SHAPE, ramp(16))
                    .add("fc.weight.std", FC_SHAPE, stds)));
    assertRefused(
        "posterior.safetensors: Tensor \"bn.running_var\" of layer \"bn\" has -1.0 at [1]: "
            + "it must not be negative",
        () ->
            read(
                new TensorBytes()
                    .add("conv.weight", CONV_SHAPE, ramp(18))
                    .add("conv.bias", TWO, 1, 2)
                    .add("bn.running_mean", TWO, 1, 2)
                    .add("bn.running_var", TWO, 1, -1)
                    .add("fc.weight", FC_SHAPE, ramp(16))));
  }

  /** Each tensor must go to its own layer even if the names of layers begin alike. */
  @Test
  void layersWithDotsInTheirNamesAreToldApart() {
    String json =
        """
        {"format": "nightjar-model", "version": 1, "name": "m", "task": "regression",
         "input": {"shape": [1], "range": [0, 1]},
         "layers": [{"name": "a", "type": "dense", "inputs": 1, "outputs": 1, "bias": false},
                    {"name": "a.weight", "type": "dense", "inputs": 1, "outputs": 1, "bias": false},
                    {"name": "a.weight.mean", "type": "dense", "inputs": 1, "outputs": 1}]}
        """;
    List<Integer> one = List.of(1, 1);

    Posterior posterior =
        read(
            json,
            new TensorBytes()
                .add("a.weight.mean", one, 1)
                .add("a.weight.weight.mean", one, 2)
                .add("a.weight.mean.weight.mean", one, 3)
                .add("a.weight.mean.bias", List.of(1), 4));

    assertEquals(1, posterior.weight("a").mean(0));
    assertEquals(2, posterior.weight("a.weight").mean(0));
    assertEquals(3, posterior.weight("a.weight.mean").mean(0));
  }

  private static TensorBytes complete() {
    return SmallModel.withoutFc().add("fc.weight", FC_SHAPE, ramp(16));
  }

  private static void addMember(TensorBytes tensors, int member) {
    double[] weights = ramp(16);
    weights[0] = member;
    String prefix = "member." + member + ".";
    tensors
        .add(prefix + "conv.weight", CONV_SHAPE, ramp(18))
        .add(prefix + "conv.bias", TWO, 1, 2)
        .add(prefix + "bn.running_mean", TWO, 5, 6)
        .add(prefix + "bn.running_var", TWO, 7, 8)
        .add(prefix + "fc.weight", FC_SHAPE, weights);
  }

  private static Posterior read(TensorBytes tensors) {
    return read(SmallModel.JSON, tensors);
  }

  private static Posterior read(String json, TensorBytes tensors) {
    return new Written(json.getBytes(StandardCharsets.UTF_8), tensors.build()).read().posterior();
  }

  private static float[] repeat(int size, double value) {
    return Point.constant(size, (float) value).values();
  }

  private static double[] repeatNan(int size) {
    double[] values = new double[size];
    Arrays.fill(values, Double.NaN);
    return values;
  }
}
