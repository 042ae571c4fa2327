package io.nightjar.bayhenn;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.layer.IntegerLayer;
import io.nightjar.crypto.naive.NaiveSealCipher;
import io.nightjar.crypto.naive.NaiveSealLayer;
import io.nightjar.draw.DrawPlace;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.naive.NaiveProgram;
import io.nightjar.naive.NonZeroProducts;
import io.nightjar.naive.Timing;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;
import io.nightjar.plan.RowRange;
import io.nightjar.rounds.BatchDraws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

/**
 * Measures what a program that is written against SEAL takes for one batch of a plan, in memory.
 *
 * <p>The program encrypts and decrypts column by column and computes every output product by
 * product, with drawn weights, in whichever form of ciphertext makes the products faster. It draws
 * once for a batch and hides nothing, whatever the plan does. Each part is measured on a sample and
 * scaled: columns by their number, outputs by their products. What else it would have to do counts
 * for nothing: drawing weights, adding biases, activations, changing forms, and exchanging
 * anything.
 */
final class NaiveBayhenn implements NaiveProgram {

  private static final int SAMPLE_COLUMNS = 64;

  /** The most layers of one round that are sampled; only depthwise convolutions have many. */
  private static final int SAMPLE_LAYERS = 8;

  private static final double CHOICE_NANOS = 50e6;

  private final Model model;
  private final Plan plan;
  private final HeParameters parameters;
  private final List<RoundSample> samples = new ArrayList<>();

  /** A round's drawn weights, how much there is to do, and the form to do it in. */
  private record RoundSample(Round round, List<IntegerLayer> layers, long products, Form form) {}

  /** Draws weights and chooses forms. */
  NaiveBayhenn(Model model, Plan plan) {
    this.model = model;
    this.plan = plan;
    this.parameters = ((BayhennSheet) plan.sheet()).encryption();
    try (JobSecret secret = JobSecret.fresh()) {
      for (Round round : plan.rounds()) {
        samples.add(sample(round, layers(model, plan, secret, round.index())));
      }
    }
  }

  /**
   * Returns the layers of a round; where weights are drawn for every record, they have the means.
   */
  private static List<IntegerLayer> layers(Model model, Plan plan, JobSecret secret, int round) {
    RowRange all = new RowRange(0, plan.rounds().get(round).rows());
    DrawPlace place = DrawPlace.withoutInput(0, round, 0);
    return plan.privacy() == ModelPrivacy.NONE
        ? new BatchDraws(model, plan, secret).step(place, all).layers()
        : new RecordDraws(model, plan, secret).step(place, all).means();
  }

  private RoundSample sample(Round round, List<IntegerLayer> all) {
    long products = all.stream().mapToLong(NonZeroProducts::of).sum();
    int step = (all.size() - 1) / SAMPLE_LAYERS + 1;
    List<IntegerLayer> layers = new ArrayList<>();
    for (int i = 0; i < all.size(); i += step) {
      if (NonZeroProducts.of(all.get(i)) > 0) {
        layers.add(all.get(i));
      }
    }
    RoundSample ntt = new RoundSample(round, layers, products, Form.NTT);
    RoundSample coefficients = new RoundSample(round, layers, products, Form.COEFFICIENT);
    return productNanos(ntt, CHOICE_NANOS) < productNanos(coefficients, CHOICE_NANOS)
        ? ntt
        : coefficients;
  }

  @Override
  public String description() {
    return "The naive program of bayhenn encrypts, multiplies and decrypts with SEAL's BFV.";
  }

  @Override
  public Seconds perBatch(double linearNanos) {
    double encrypt = 0;
    double linear = 0;
    double decrypt = 0;
    for (RoundSample sample : samples) {
      Round round = sample.round();
      int uploads = round.index() == 0 ? 1 : plan.draws();
      Seconds column = column(round.inputs());
      encrypt += column.encrypt() * round.inputFeatures() * uploads;
      decrypt += column.decrypt() * round.outputFeatures() * plan.draws();
      linear += productNanos(sample, linearNanos) / 1e9 * sample.products() * plan.draws();
    }
    return new Seconds(encrypt, linear, decrypt);
  }

  @Override
  public OptionalDouble secondsWithIndependentDraws() {
    return plan.privacy() == ModelPrivacy.NONE
        ? OptionalDouble.empty()
        : OptionalDouble.of(IndependentDraws.secondsPerBatch(model, plan));
  }

  /** Measures what one column takes, which is the same for every column of these parameters. */
  private Seconds column(Quantiser inputs) {
    int records = plan.batchSize();
    try (HeContext context = HeContext.open(parameters);
        NaiveSealCipher cipher = new NaiveSealCipher(context)) {
      cipher.encrypt(integers(1, inputs)); // SEAL's memory pool fills when it is first used
      IntegerColumns values = integers(SAMPLE_COLUMNS, inputs);
      double encrypt = Timing.nanos(() -> cipher.encrypt(values)) / 1e9;
      IntegerColumns[] decrypted = new IntegerColumns[1];
      double decrypt = Timing.nanos(() -> decrypted[0] = cipher.decrypt(records)) / 1e9;
      if (!Arrays.equals(values.values(), decrypted[0].values())) {
        throw new IllegalStateException("The naive program does not decrypt what it encrypted");
      }
      return new Seconds(encrypt / SAMPLE_COLUMNS, 0, decrypt / SAMPLE_COLUMNS);
    }
  }

  private IntegerColumns integers(int columns, Quantiser range) {
    int records = plan.batchSize();
    long[] values =
        new Random(1).longs((long) columns * records, range.low(), range.high() + 1L).toArray();
    return new IntegerColumns(columns, records, values);
  }

  /** Computes outputs here and there for about so long and returns the time of one product. */
  private double productNanos(RoundSample sample, double nanos) {
    if (sample.layers().isEmpty()) {
      return 0; // nothing but zeros: there is nothing to compute
    }
    Round round = sample.round();
    double products = 0;
    double taken = 0;
    try (HeContext context = HeContext.open(parameters);
        SecretKey key = SecretKey.generate(context);
        CipherBlock input =
            new BlockEncryptor(context, key)
                .encrypt(
                    integers(round.inputFeatures(), round.inputs()),
                    Packing.COEFFICIENTS,
                    sample.form())) {
      for (IntegerLayer layer : sample.layers()) {
        double share = nanos / sample.layers().size();
        try (NaiveSealLayer naive = new NaiveSealLayer(context, layer, input)) {
          outputs(naive, layer, share / 10); // most weights are encoded here, once for each
          Sample measured = outputs(naive, layer, share);
          products += measured.products();
          taken += measured.nanos();
        }
      }
    }
    return taken / products;
  }

  private record Sample(double products, double nanos) {}

  private static Sample outputs(NaiveSealLayer naive, IntegerLayer layer, double nanos) {
    Random random = new Random(2);
    double products = 0;
    double taken = 0;
    while (products == 0 || taken < nanos) {
      int row = random.nextInt(layer.rows());
      int gather = random.nextInt(layer.gathers());
      int terms = layer.products(row, gather);
      if (terms > 0) { // SEAL has no sum of nothing
        products += terms;
        taken += Timing.nanos(() -> naive.output(row, gather).close());
      }
    }
    return new Sample(products, taken);
  }
}
