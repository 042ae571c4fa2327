package io.nightjar.protocol;

import io.nightjar.crypto.Blake3;
import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.PaillierCodec;
import io.nightjar.crypto.PaillierPublicKey;
import io.nightjar.crypto.PublicKey;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.RelinearisationKey;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ReadLimits;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.PlanOptions;
import io.nightjar.plan.Planner;
import io.nightjar.plan.Protocol;
import io.nightjar.plan.Round;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A job with one batch whose uploads are kept with the tests, all of one small model: what a model
 * owner answers to them today it must answer tomorrow, byte for byte.
 *
 * <p>A directory has the model's two files, and for each job a directory with the data owner's
 * public key as it travels, the uploads as they travel, and {@value #RESULTS}. How plans are asked
 * for, and how a model owner is made of a key and a secret, is said in this class alone.
 */
enum StoredJob {
  /** Weights that a batch shares. */
  BAYHENN("bayhenn", Protocol.BAYHENN, ModelPrivacy.NONE),
  /** Weights that are drawn for every record, and hidden results. */
  BAYHENN_BAYESIAN("bayhenn-bayesian", Protocol.BAYHENN, ModelPrivacy.BAYESIAN),
  /** A whole network on ciphertexts. */
  CRYPTONETS("cryptonets", Protocol.CRYPTONETS, ModelPrivacy.NONE),
  /** Weights that a batch shares, over Paillier. */
  TWO_PARTY_DNN("2p-dnn", Protocol.TWO_PARTY_DNN, ModelPrivacy.NONE);

  /** The job's name. */
  static final UUID JOB = UUID.fromString("8c1f6a52-90d3-4e7b-a6f5-1d2e3c4b5a69");

  /** The number of the batch. */
  static final long BATCH = 3;

  /** The file with the digests of result blocks. */
  static final String RESULTS = "results.tsv";

  static final String PUBLIC_KEY = "public-key.bin";

  private static final String SECRET =
      "b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef";

  private static final int DRAWS = 2;
  private static final int RING = 64;
  private static final int MODULUS_BITS = 512;
  private static final int COLUMNS_AT_ONCE = 3;

  private final String directory;
  private final Protocol protocol;
  private final ModelPrivacy privacy;

  StoredJob(String directory, Protocol protocol, ModelPrivacy privacy) {
    this.directory = directory;
    this.protocol = protocol;
    this.privacy = privacy;
  }

  private PlanOptions options() {
    return PlanOptions.DEFAULT
        .withProtocol(protocol)
        .withPrivacy(privacy)
        .withDraws(DRAWS)
        .withModulusBits(MODULUS_BITS)
        .insecureForTests(RING);
  }

  /** Returns what the job's files are in. */
  Path in(Path root) {
    return root.resolve(directory);
  }

  /** Reads the model of all jobs. */
  static Model model(Path root) throws IOException {
    try (InputStream json = Files.newInputStream(root.resolve(ModelReader.MODEL_JSON));
        InputStream posterior = Files.newInputStream(root.resolve(ModelReader.POSTERIOR))) {
      return ModelReader.read(json, posterior, ReadLimits.defaults());
    }
  }

  /** Plans the model. */
  Plan plan(Model model) {
    return Planner.plan(model, options());
  }

  /** Returns the model owner's secret, which the caller closes. */
  static JobSecret secret() {
    return JobSecret.ofBytes(HexFormat.of().parseHex(SECRET), RawSecretAccess.granted());
  }

  /** Returns the name of the file with the upload of a draw. */
  static String upload(int round, int draw) {
    return "round-%d.draw-%d.upload.bin".formatted(round, draw);
  }

  /** Returns a block as it travels. */
  static byte[] wire(BlockFormat format, BlockLabel label, EncryptedBlock block)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    format.writeColumns(block, label, out);
    return out.toByteArray();
  }

  /**
   * Evaluates all uploads for every draw that they serve: all rows at once, and again in two parts,
   * of which the second one has few columns in each block.
   *
   * @return the plan's digest, and for each result block where it belongs and its BLAKE3
   */
  List<String> results(Path root) throws IOException {
    Model model = model(root);
    Plan plan = plan(model);
    byte[] key = Files.readAllBytes(in(root).resolve(PUBLIC_KEY));
    try (JobSecret secret = secret()) {
      Draws draws = Draws.of(model, plan, secret);
      return plan.isPaillier()
          ? overPaillier(plan, draws, secret, key, root)
          : overLattices(plan, draws, secret, key, root);
    }
  }

  private List<String> overPaillier(
      Plan plan, Draws draws, JobSecret secret, byte[] bytes, Path root) throws IOException {
    try (PaillierPublicKey key = PaillierPublicKey.read(plan.paillier(), bytes);
        PaillierRounds rounds = new PaillierRounds(secret, key)) {
      RoundEvaluator evaluator = new RoundEvaluator(JOB, plan, draws, rounds);
      return results(plan, evaluator, new PaillierCodec(key, Long.MAX_VALUE), root);
    }
  }

  private List<String> overLattices(
      Plan plan, Draws draws, JobSecret secret, byte[] bytes, Path root) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    try (HeContext context = HeContext.open(plan.parameters());
        PublicKey key = new BlockCodec(context).readPublicKey(in)) {
      BlockCodec codec = new BlockCodec(context);
      Optional<Hiding> hiding =
          plan.hidesResults() ? Optional.of(new Hiding(plan, secret, key)) : Optional.empty();
      if (!plan.isSealed()) {
        return results(
            plan,
            new RoundEvaluator(JOB, plan, draws, hiding, Optional.empty(), context),
            codec,
            root);
      }
      try (RelinearisationKey relinearisation = codec.readRelinearisationKey(in)) {
        return results(
            plan,
            new RoundEvaluator(JOB, plan, draws, hiding, Optional.of(relinearisation), context),
            codec,
            root);
      }
    }
  }

  private List<String> results(Plan plan, RoundEvaluator evaluator, BlockFormat format, Path root)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("plan\t" + PlanDigest.of(plan));
    for (Round round : plan.rounds()) {
      int uploads = round.index() == 0 ? 1 : plan.draws();
      for (int upload = 0; upload < uploads; upload++) {
        byte[] wire = Files.readAllBytes(in(root).resolve(upload(round.index(), upload)));
        InputDigest digest = InputDigest.of(new Blake3().digest(wire));
        BlockFormat.Read read = format.readColumns(new ByteArrayInputStream(wire), header -> {});
        try (EncryptedBlock block = read.block()) {
          int end = round.index() == 0 ? plan.draws() : upload + 1;
          for (int draw = upload; draw < end; draw++) {
            for (Part part : parts(plan, round)) {
              BlockLabel label = read.header().label();
              try (Answers answers =
                  evaluator.evaluate(label, block, digest, draw, part.rows(), part.mostBytes())) {
                while (answers.hasNext()) {
                  lines.add(line(part.rows(), answers.next(), format));
                }
              }
            }
          }
        }
      }
    }
    return lines;
  }

  /** Rows that a task evaluates, and about how much memory one block may take. */
  private record Part(RowRange rows, long mostBytes) {}

  /** Of a whole network no rows are evaluated alone. */
  private static List<Part> parts(Plan plan, Round round) {
    Part all = new Part(new RowRange(0, round.rows()), Long.MAX_VALUE);
    if (plan.isSealed()) {
      return List.of(all);
    }
    int cut = Math.max(1, round.rows() / 3);
    return List.of(
        all,
        new Part(new RowRange(0, cut), Long.MAX_VALUE),
        new Part(new RowRange(cut, round.rows() - cut), COLUMNS_AT_ONCE * plan.blockBytes(1)));
  }

  private static String line(RowRange rows, Message result, BlockFormat format) throws IOException {
    try (result) {
      BlockLabel label = result.label();
      byte[] digest = new Blake3().digest(wire(format, label, result.block()));
      return "round %d\tdraw %d\trows %d to %d\tcolumn %d\t%s"
          .formatted(
              label.round(),
              label.draw(),
              rows.first(),
              rows.end() - 1,
              label.firstColumn(),
              HexFormat.of().formatHex(digest));
    }
  }
}
