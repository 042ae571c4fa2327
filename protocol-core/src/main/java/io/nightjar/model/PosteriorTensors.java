package io.nightjar.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds which tensors of a file hold which parameter of a network.
 *
 * <p>All names, types and shapes are settled by the header alone, before any number is read. {@link
 * ModelReader} lists the names that are understood.
 */
final class PosteriorTensors {

  private static final String WEIGHT = "weight";
  private static final String BIAS = "bias";

  /** The largest number of digits of a member's number. */
  private static final int MAX_MEMBER_DIGITS = 4;

  private final Architecture architecture;
  private final Map<String, SafetensorsHeader.Entry> entries;
  private final List<MemberTensors> members = new ArrayList<>();
  private final boolean ensemble;

  /** The layer of each tensor that is to be read. */
  private final Map<String, String> layers = new HashMap<>();

  /** Tensors that belong to a layer but that scoring has no use for. */
  private final Set<String> unneeded = new HashSet<>();

  private PosteriorTensors(Architecture architecture, SafetensorsHeader header) {
    this.architecture = architecture;
    this.entries = header.tensors();
    List<String> prefixes = memberPrefixes();
    this.ensemble = !prefixes.isEmpty();
    for (String prefix : ensemble ? prefixes : List.of("")) {
      members.add(resolveMember(prefix));
    }
    for (String tensor : entries.keySet()) {
      if (!layers.containsKey(tensor) && !unneeded.contains(tensor)) {
        throw unknown(tensor);
      }
    }
  }

  /**
   * Finds the tensor or tensors of every parameter.
   *
   * @throws InvalidModelException if one is missing, is there twice, has a wrong shape or type, or
   *     belongs to nothing
   */
  static PosteriorTensors resolve(Architecture architecture, SafetensorsHeader header) {
    return new PosteriorTensors(architecture, header);
  }

  /** Returns the names of the tensors to be read. */
  Set<String> wanted() {
    return layers.keySet();
  }

  /** Returns how a tensor is called in messages. */
  String describe(String tensor) {
    String layer = layers.get(tensor);
    return "Tensor " + Text.quote(tensor) + (layer == null ? "" : " of layer " + Text.quote(layer));
  }

  /** Makes the posterior of the numbers that have been read. */
  Posterior posterior(Map<String, Tensor> tensors) {
    List<WeightSet> sets = new ArrayList<>();
    for (MemberTensors member : members) {
      Map<String, BatchNormParameters> norms = new HashMap<>();
      member.norms.forEach((layer, norm) -> norms.put(layer, batchNorm(norm, tensors)));
      sets.add(
          new WeightSet(
              parameters(member.weights, tensors), parameters(member.biases, tensors), norms));
      member.zeros.forEach(zero -> checkZero(zero, tensors.get(zero).values()));
    }
    return ensemble ? Posterior.ensemble(sets) : Posterior.of(sets.get(0));
  }

  /**
   * One way to name the tensors of a parameter.
   *
   * @param means names of the means or values; where there are several, they are the same tensor
   * @param spreads names of the standard deviations, or of what those are computed from
   * @param rho whether spreads are rho, the standard deviation being log(1 + exp(rho))
   * @param unneeded names of tensors that come along and mean nothing for scoring
   */
  private record Naming(
      List<String> means, List<String> spreads, boolean rho, List<String> unneeded) {

    static List<Naming> of(WeightedLayer layer, String parameter) {
      String intel = parameter.equals(WEIGHT) && layer instanceof Conv2d ? "kernel" : parameter;
      String sampler = parameter + "_sampler.";
      return List.of(
          // Nightjar's own.
          new Naming(List.of(parameter + ".mean"), List.of(parameter + ".std"), false, List.of()),
          // PyTorch.
          new Naming(List.of(parameter), List.of(), false, List.of()),
          // bayesian-torch.
          new Naming(List.of("mu_" + intel), List.of("rho_" + intel), true, List.of()),
          // Blitz, whose state_dict has each tensor under two names.
          new Naming(
              List.of(parameter + "_mu", sampler + "mu"),
              List.of(parameter + "_rho", sampler + "rho"),
              true,
              List.of(sampler + "eps_w")));
    }
  }

  /** The tensors of one parameter, under all their names. */
  private record ParameterTensors(List<String> means, List<String> spreads, boolean rho) {}

  private record NormTensors(
      int channels, Optional<String> gamma, Optional<String> beta, String mean, String variance) {}

  private record MemberTensors(
      Map<String, ParameterTensors> weights,
      Map<String, ParameterTensors> biases,
      Map<String, NormTensors> norms,
      List<String> zeros) {}

  /**
   * Returns the beginning of the names of each member's tensors; the list is empty if this is no
   * ensemble.
   */
  private List<String> memberPrefixes() {
    Set<Integer> numbers = new TreeSet<>();
    Optional<String> outside = Optional.empty();
    for (String tensor : entries.keySet()) {
      if (tensor.startsWith(LayerChecks.MEMBER_PREFIX)) {
        numbers.add(memberNumber(tensor));
      } else {
        outside = Optional.of(tensor);
      }
    }
    if (!numbers.isEmpty() && outside.isPresent()) {
      throw new InvalidModelException(
          "Tensor %s belongs to no member, but this is an ensemble: all names begin with %s"
              .formatted(Text.quote(outside.get()), Text.quote("member.<number>.")));
    }
    List<String> prefixes = new ArrayList<>();
    for (int number : numbers) {
      if (number != prefixes.size()) {
        throw new InvalidModelException(
            "There are tensors of member %d, but none of member %d: members are numbered from 0"
                .formatted(number, prefixes.size()));
      }
      prefixes.add(LayerChecks.MEMBER_PREFIX + number + ".");
    }
    return prefixes;
  }

  private static int memberNumber(String tensor) {
    int begin = LayerChecks.MEMBER_PREFIX.length();
    int end = tensor.indexOf('.', begin);
    String digits = end < 0 ? "" : tensor.substring(begin, end);
    boolean valid =
        !digits.isEmpty()
            && digits.length() <= MAX_MEMBER_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9')
            && (digits.equals("0") || !digits.startsWith("0"));
    if (!valid) {
      throw new InvalidModelException(
          "Tensor %s: after %s comes a number of at most %d digits and a dot"
              .formatted(
                  Text.quote(tensor), Text.quote(LayerChecks.MEMBER_PREFIX), MAX_MEMBER_DIGITS));
    }
    return Integer.parseInt(digits);
  }

  private MemberTensors resolveMember(String prefix) {
    MemberTensors member =
        new MemberTensors(
            new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (Layer layer : architecture.layers()) {
      if (layer instanceof WeightedLayer weighted) {
        List<Integer> shape = weighted.weightShape();
        member.weights.put(layer.name(), resolve(prefix, weighted, WEIGHT, shape));
        if (weighted.bias()) {
          List<Integer> biasShape = List.of(weighted.biasCount());
          member.biases.put(layer.name(), resolve(prefix, weighted, BIAS, biasShape));
        } else {
          resolveZeroBias(prefix, weighted).ifPresent(member.zeros::add);
        }
      } else if (layer instanceof BatchNorm norm) {
        member.norms.put(layer.name(), resolveNorm(prefix, norm));
      }
    }
    return member;
  }

  private ParameterTensors resolve(
      String prefix, WeightedLayer layer, String parameter, List<Integer> shape) {
    String base = prefix + layer.name() + ".";
    List<Naming> namings = Naming.of(layer, parameter);
    List<Naming> found =
        namings.stream()
            .filter(n -> anyOf(base, n.means).isPresent() || anyOf(base, n.spreads).isPresent())
            .toList();
    if (found.isEmpty()) {
      throw missing(base, layer, parameter, namings);
    }
    if (found.size() > 1) {
      throw new InvalidModelException(
          "Layer %s has its %s twice, as tensors %s and %s: which one holds cannot be told"
              .formatted(
                  Text.quote(layer.name()),
                  parameter,
                  nameOf(base, found.get(0)),
                  nameOf(base, found.get(1))));
    }
    Naming naming = found.get(0);
    List<String> means = allOf(base, naming.means);
    List<String> spreads = allOf(base, naming.spreads);
    if (means.isEmpty() || (naming.rho && spreads.isEmpty())) {
      throw new InvalidModelException(
          "Layer %s has tensor %s, but tensor %s, which goes with it, is missing"
              .formatted(
                  Text.quote(layer.name()),
                  nameOf(base, naming),
                  Text.quote(base + (means.isEmpty() ? naming.means : naming.spreads).get(0))));
    }
    if (ensemble && !spreads.isEmpty()) {
      throw new InvalidModelException(
          "Tensor %s of layer %s: a member of an ensemble is a point estimate and has no spread"
              .formatted(Text.quote(spreads.get(0)), Text.quote(layer.name())));
    }
    means.forEach(tensor -> take(tensor, layer, shape));
    spreads.forEach(tensor -> take(tensor, layer, shape));
    naming.unneeded.forEach(name -> pass(base + name));
    return new ParameterTensors(means, spreads, naming.rho);
  }

  /** Blitz stores zeros for a convolution without bias, and adds them. */
  private Optional<String> resolveZeroBias(String prefix, WeightedLayer layer) {
    String name = prefix + layer.name() + ".bias_zero";
    if (!(layer instanceof Conv2d) || !entries.containsKey(name)) {
      return Optional.empty();
    }
    take(name, layer, List.of(layer.biasCount()));
    return Optional.of(name);
  }

  private NormTensors resolveNorm(String prefix, BatchNorm norm) {
    String base = prefix + norm.name() + ".";
    List<Integer> shape = List.of(norm.channels());
    for (String name : List.of("running_mean", "running_var")) {
      if (!entries.containsKey(base + name)) {
        throw new InvalidModelException(
            "Layer %s: there is no tensor %s%s"
                .formatted(Text.quote(norm.name()), Text.quote(base + name), nearby(base + name)));
      }
    }
    Optional<String> gamma = anyOf(base, List.of(WEIGHT));
    Optional<String> beta = anyOf(base, List.of(BIAS));
    gamma.ifPresent(tensor -> take(tensor, norm, shape));
    beta.ifPresent(tensor -> take(tensor, norm, shape));
    take(base + "running_mean", norm, shape);
    take(base + "running_var", norm, shape);
    unneeded.add(base + "num_batches_tracked");
    return new NormTensors(
        norm.channels(), gamma, beta, base + "running_mean", base + "running_var");
  }

  /** Marks a tensor as one to be read, after checking what the header says of it. */
  private void take(String tensor, Layer layer, List<Integer> shape) {
    layers.put(tensor, layer.name());
    SafetensorsHeader.Entry entry = entries.get(tensor);
    if (!entry.dtype().isFloat()) {
      throw new InvalidModelException(
          "%s has dtype %s: it must be F64, F32, F16 or BF16"
              .formatted(describe(tensor), entry.dtype()));
    }
    if (!entry.shape().equals(shape)) {
      boolean transposed =
          shape.size() == 2 && entry.shape().equals(List.of(shape.get(1), shape.get(0)));
      throw new InvalidModelException(
          "%s has shape %s: it must be %s%s"
              .formatted(
                  describe(tensor),
                  entry.shape(),
                  shape,
                  transposed ? ", outputs first; is it transposed?" : ""));
    }
  }

  /** Marks a tensor, if it is there, as one to be passed over. */
  private void pass(String tensor) {
    SafetensorsHeader.Entry entry = entries.get(tensor);
    if (entry != null && entry.dtype().isFloat()) {
      unneeded.add(tensor);
    }
  }

  private Optional<String> anyOf(String base, List<String> names) {
    return names.stream().map(name -> base + name).filter(entries::containsKey).findFirst();
  }

  private List<String> allOf(String base, List<String> names) {
    return names.stream().map(name -> base + name).filter(entries::containsKey).toList();
  }

  private String nameOf(String base, Naming naming) {
    return Text.quote(
        anyOf(base, naming.means).or(() -> anyOf(base, naming.spreads)).orElseThrow());
  }

  private InvalidModelException missing(
      String base, WeightedLayer layer, String parameter, List<Naming> namings) {
    List<String> names = namings.stream().map(naming -> base + naming.means.get(0)).toList();
    return new InvalidModelException(
        "Layer %s: there is no tensor with its %s, it would be one of %s%s%s"
            .formatted(
                Text.quote(layer.name()),
                parameter,
                names,
                nearby(names.get(0)),
                parameter.equals(BIAS) ? "; a layer without says \"bias\": false" : ""));
  }

  /** Returns a hint at the tensor whose name is nearest to the one that is missing. */
  private String nearby(String tensor) {
    return Text.nearest(tensor, entries.keySet())
        .map(name -> "; the nearest name in the file is " + Text.quote(name))
        .orElse("");
  }

  private InvalidModelException unknown(String tensor) {
    return layerOf(tensor)
        .map(layer -> unknown(tensor, layer))
        .orElseGet(
            () ->
                new InvalidModelException(
                    "Tensor %s: the model has no layer for it%s"
                        .formatted(Text.quote(tensor), Text.suggestion(tensor, layers.keySet()))));
  }

  private InvalidModelException unknown(String tensor, Layer layer) {
    String own = withoutMember(tensor).substring(layer.name().length() + 1);
    boolean unwantedBias =
        layer instanceof WeightedLayer weighted && !weighted.bias() && own.contains(BIAS);
    return new InvalidModelException(
        "Tensor %s of layer %s: %s"
            .formatted(
                Text.quote(tensor),
                Text.quote(layer.name()),
                unwantedBias
                    ? "the layer has \"bias\": false in " + ModelReader.MODEL_JSON
                    : "a layer of this type has no such tensor"));
  }

  /** Returns the layer whose name, and a dot, is the longest beginning of the tensor's. */
  private Optional<Layer> layerOf(String tensor) {
    String name = withoutMember(tensor);
    return architecture.layers().stream()
        .filter(layer -> name.startsWith(layer.name() + "."))
        .max(Comparator.comparingInt(layer -> layer.name().length()));
  }

  private String withoutMember(String tensor) {
    return ensemble
        ? tensor.substring(tensor.indexOf('.', LayerChecks.MEMBER_PREFIX.length()) + 1)
        : tensor;
  }

  private Map<String, Parameter> parameters(
      Map<String, ParameterTensors> wanted, Map<String, Tensor> tensors) {
    Map<String, Parameter> parameters = new HashMap<>();
    wanted.forEach((layer, names) -> parameters.put(layer, parameter(names, tensors)));
    return parameters;
  }

  private Parameter parameter(ParameterTensors names, Map<String, Tensor> tensors) {
    float[] means = onlyOne(names.means, tensors);
    if (names.spreads.isEmpty()) {
      return new Point(means);
    }
    String spread = names.spreads.get(0);
    float[] stds = onlyOne(names.spreads, tensors);
    if (names.rho) {
      for (int i = 0; i < stds.length; i++) {
        stds[i] = softplus(stds[i]);
      }
    } else {
      checkNotNegative(spread, stds);
    }
    return new Gaussian(means, stds);
  }

  /** Returns the numbers that all of these tensors hold, and lets go of the others. */
  private float[] onlyOne(List<String> names, Map<String, Tensor> tensors) {
    Tensor first = tensors.remove(names.get(0));
    for (String other : names.subList(1, names.size())) {
      if (!tensors.remove(other).equals(first)) {
        throw new InvalidModelException(
            "%s and tensor %s are the same parameter, but have different numbers"
                .formatted(describe(names.get(0)), Text.quote(other)));
      }
    }
    return first.values();
  }

  private BatchNormParameters batchNorm(NormTensors names, Map<String, Tensor> tensors) {
    Point variance = new Point(tensors.get(names.variance).values());
    checkNotNegative(names.variance, variance.values());
    return new BatchNormParameters(
        pointOr(names.gamma, names.channels, 1, tensors),
        pointOr(names.beta, names.channels, 0, tensors),
        new Point(tensors.get(names.mean).values()),
        variance);
  }

  private static Point pointOr(
      Optional<String> tensor, int channels, float byDefault, Map<String, Tensor> tensors) {
    return tensor
        .map(name -> new Point(tensors.get(name).values()))
        .orElseGet(() -> Point.constant(channels, byDefault));
  }

  private void checkNotNegative(String tensor, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0) {
        throw new InvalidModelException(
            "%s has %s at [%d]: it must not be negative".formatted(describe(tensor), values[i], i));
      }
    }
  }

  private void checkZero(String tensor, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        throw new InvalidModelException(
            "%s has %s at [%d]: the layer has \"bias\": false, so it must be 0"
                .formatted(describe(tensor), values[i], i));
      }
    }
  }

  /**
   * Returns log(1 + exp(rho)) without overflow, and with all digits where exp(rho) is small beside
   * 1.
   */
  private static float softplus(float rho) {
    return (float) (Math.max(rho, 0) + Math.log1p(Math.exp(-Math.abs((double) rho))));
  }
}
