package io.nightjar.protocol;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.natives.Blake3;
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.lattice.LatticeOptions;
import io.nightjar.model.Model;
import io.nightjar.model.ModelReader;
import io.nightjar.model.ReadLimits;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.ModelPrivacy;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanDigest;
import io.nightjar.plan.Round;
import io.nightjar.plan.Security;
import io.nightjar.protocols.Protocols;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
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
  BAYHENN("bayhenn", "bayhenn", ModelPrivacy.NONE),
  /** Weights that are drawn for every record, and hidden results. */
  BAYHENN_BAYESIAN("bayhenn-bayesian", "bayhenn", ModelPrivacy.BAYESIAN),
  /** A whole network on ciphertexts. */
  CRYPTONETS("cryptonets", "cryptonets", ModelPrivacy.NONE),
  /** Weights that a batch shares, over Paillier. */
  TWO_PARTY_DNN("2p-dnn", "2p-dnn", ModelPrivacy.NONE);

  /** The job's name. */
  static final UUID JOB = UUID.fromString("8c1f6a52-90d3-4e7b-a6f5-1d2e3c4b5a69");

  /** The number of the batch. */
  static final long BATCH = 3;

  /** The file with the digests of result blocks. */
  static final String RESULTS = "results.tsv";

  static final String PUBLIC_KEY = "public-key.bin";

  private static final String SECRET =
      "02b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef";

  private static final int DRAWS = 2;
  private static final int RING = 64;
  private static final int MODULUS_BITS = 512;
  private static final int CIPHERTEXTS_AT_ONCE = 3;

  private final String directory;
  private final String protocol;
  private final ModelPrivacy privacy;

  StoredJob(String directory, String protocol, ModelPrivacy privacy) {
    this.directory = directory;
    this.protocol = protocol;
    this.privacy = privacy;
  }

  private PlanOptions options() {
    PlanOptions options =
        PlanOptions.DEFAULT
            .withPrivacy(privacy)
            .withDraws(DRAWS)
            .withSecurity(Security.ANY)
            .with(LatticeOptions.RING_DEGREE, RING);
    for (ProtocolOption option : protocol().options()) {
      options =
          option.key().equals("plan.modulusBits") ? options.with(option, MODULUS_BITS) : options;
    }
    return options;
  }

  /** Returns the protocol that the job runs. */
  Protocol protocol() {
    return Protocols.named(protocol).orElseThrow();
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
    return protocol().plan(model, options());
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
    format.writeBlock(block, label, out);
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
    OwnerKey owner = new OwnerKey(Files.readAllBytes(in(root).resolve(PUBLIC_KEY)));
    try (JobSecret secret = secret();
        SharedResources resources = new SharedResources();
        RoundArithmetic arithmetic =
            protocol().arithmetic(new ModelOwnerJob(plan, model, secret, owner, resources))) {
      BlockFormat format =
          protocol().openFormat(protocol().format(plan, owner), resources, Long.MAX_VALUE);
      return results(plan, new RoundEvaluator(JOB, plan, arithmetic), format, root);
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
        BlockFormat.Read read = format.readBlock(new ByteArrayInputStream(wire), header -> {});
        try (EncryptedBlock block = read.block();
            RoundEvaluator.OpenUpload open = evaluator.open(read.header().label(), block, digest)) {
          int end = round.index() == 0 ? plan.draws() : upload + 1;
          for (int draw = upload; draw < end; draw++) {
            for (Part part : parts(plan, round)) {
              try (Results results = open.evaluate(draw, part.range(), part.mostBytes())) {
                while (results.hasNext()) {
                  lines.add(line(round, part.range(), results.next(), format));
                }
              }
            }
          }
        }
      }
    }
    return lines;
  }

  /** What a task evaluates, and about how much memory one block may take. */
  private record Part(CiphertextRange range, long mostBytes) {}

  /** Returns the whole round, and two parts of it where work on it can be cut. */
  private static List<Part> parts(Plan plan, Round round) {
    int returned = plan.layout().returned(round);
    Part all = new Part(new CiphertextRange(0, returned), Long.MAX_VALUE);
    if (plan.sheet().cost(plan, round).grain() >= returned && plan.rounds().size() == 1) {
      return List.of(all); // the round is a whole network
    }
    int cut = Math.max(1, round.rows() / 3) * round.positions();
    return List.of(
        all,
        new Part(new CiphertextRange(0, cut), Long.MAX_VALUE),
        new Part(
            new CiphertextRange(cut, returned - cut),
            CIPHERTEXTS_AT_ONCE * plan.sheet().blockBytes(1)));
  }

  private static String line(Round round, CiphertextRange range, Message result, BlockFormat format)
      throws IOException {
    try (result) {
      BlockLabel label = result.label();
      byte[] digest = new Blake3().digest(wire(format, label, result.block()));
      return "round %d\tdraw %d\trows %d to %d\tcolumn %d\t%s"
          .formatted(
              label.round(),
              label.draw(),
              range.first() / round.positions(),
              range.end() / round.positions() - 1,
              label.firstCiphertext(),
              HexFormat.of().formatHex(digest));
    }
  }
}
