package io.nightjar.job.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.PublicKey;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.crypto.lattice.SecretKey;
import io.nightjar.crypto.paillier.PaillierParameters;
import io.nightjar.crypto.paillier.PaillierPublicKey;
import io.nightjar.keys.LatticeKeys;
import io.nightjar.keys.OwnerKey;
import io.nightjar.keys.PaillierKeys;
import io.nightjar.plan.Plan;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.Round;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Blocks that somebody makes who has the data owner's public key and no model. Nobody without the
 * secret key can tell them from results.
 */
public interface ForgedResults extends AutoCloseable {

  /** What is in a block. */
  enum Content {
    /** Numbers within the bound, which pass for results. */
    PLAUSIBLE,
    /** As much noise as there is room for, or more than the fields of a plaintext hold. */
    TOO_NOISY,
    /** Numbers that the plan proves to be impossible. */
    BEYOND_THE_BOUND
  }

  /** Returns a block as it travels. */
  byte[] block(BlockLabel label, Round round, int records, Content content) throws IOException;

  @Override
  void close();

  /** Returns a forger for a plan, under the public key that was ordered with. */
  static ForgedResults of(Plan plan, byte[] publicKey) {
    OwnerKey owner = new OwnerKey(publicKey);
    return plan.encryption() instanceof HeParameters parameters
        ? new OfLattices(plan, parameters, owner)
        : new OfPaillier((PaillierParameters) plan.encryption(), owner);
  }

  /** Blocks under BFV or CKKS. */
  final class OfLattices implements ForgedResults {
    private final Plan plan;
    private final JsonNode sheet;
    private final HeContext context;
    private final LatticeKeys.Opened opened;
    private final SecretKey own;
    private final PublicKey anothers;

    OfLattices(Plan plan, HeParameters parameters, OwnerKey owner) {
      this.plan = plan;
      try {
        this.sheet = JsonMapper.builder().build().readTree(PlanJson.write(plan));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      this.context = HeContext.open(parameters);
      this.opened = LatticeKeys.open(owner, context);
      this.own = SecretKey.generate(context);
      this.anothers = own.publicKey(context);
    }

    @Override
    public byte[] block(BlockLabel label, Round round, int records, Content content)
        throws IOException {
      // Under a key that is not the data owner's, noise is all that it decrypts.
      PublicKey key = content == Content.TOO_NOISY ? anothers : opened.publicKey();
      int ciphertexts = plan.layout().returned(round);
      CipherBlock block =
          encrypt(new BlockEncryptor(context, key), round, ciphertexts, records, content);
      while (block.shape().limbs() > sheet.path("resultLimbs").asInt()) {
        try (CipherBlock before = block) {
          block = new BlockEvaluator(context).switchModulus(before);
        }
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (CipherBlock made = block) {
        new BlockCodec(context).write(made, label, out);
      }
      return out.toByteArray();
    }

    private CipherBlock encrypt(
        BlockEncryptor encryptor, Round round, int ciphertexts, int records, Content content) {
      boolean beyond = content == Content.BEYOND_THE_BOUND;
      if (context.parameters().scheme() == Scheme.CKKS) {
        double[] values = new double[ciphertexts * records];
        Arrays.fill(values, beyond ? 2 * round.bound() / round.outputScale(0) : 0);
        return encryptor.encrypt(new RealColumns(ciphertexts, records, values), resultScale());
      }
      long[] values = new long[ciphertexts * records];
      Arrays.fill(values, round.bound() / 2);
      values[0] = beyond ? round.bound() + 1 : 0;
      return encryptor.encrypt(
          new IntegerColumns(ciphertexts, records, values),
          Packing.valueOf(upper("packing")),
          sheet.path("floodBits").asInt() > 0 ? Form.COEFFICIENT : Form.valueOf(upper("form")));
    }

    private String upper(String field) {
      return sheet.path(field).asText().toUpperCase(Locale.ROOT);
    }

    /** What the plan's levels make of the scale that uploads have. */
    private double resultScale() {
      double scale = Math.scalb(1.0, sheet.path("scaleBits").asInt());
      List<Long> primes = context.parameters().keyPrimes();
      for (JsonNode level : sheet.path("levels")) {
        for (int i = 1; i <= level.path("dropped").asInt(); i++) {
          scale /= primes.get(level.path("limbs").asInt() - i);
        }
        scale *= level.path("squared").asBoolean() ? scale : 1;
      }
      return scale;
    }

    @Override
    public void close() {
      anothers.close();
      own.close();
      opened.close();
      context.close();
    }
  }

  /** Blocks of numbers modulo n^2. */
  final class OfPaillier implements ForgedResults {
    private static final int HEADER_BYTES = 96;

    private final PaillierParameters parameters;
    private final BigInteger modulus;
    private final byte[] digest;

    OfPaillier(PaillierParameters parameters, OwnerKey owner) {
      this.parameters = parameters;
      try (PaillierPublicKey key = PaillierKeys.open(parameters, owner)) {
        this.modulus = key.modulus();
        this.digest = key.digest().toByteArray();
      }
    }

    @Override
    public byte[] block(BlockLabel label, Round round, int records, Content content) {
      int ciphertexts = round.outputFeatures();
      int width = parameters.ciphertextBytes();
      int payload = Math.toIntExact(parameters.blockBytes(ciphertexts, records));
      ByteBuffer block =
          ByteBuffer.allocate(HEADER_BYTES + payload + Integer.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN);
      block.put("NJPB".getBytes(StandardCharsets.US_ASCII));
      block.putShort((short) 1).putShort((short) HEADER_BYTES).put(digest);
      block.putLong(label.job().getMostSignificantBits());
      block.putLong(label.job().getLeastSignificantBits());
      block.putLong(label.batch()).putInt(label.round()).putInt(label.draw());
      block.putInt(label.firstCiphertext()).putInt(ciphertexts).putInt(records).putLong(payload);
      block.putInt(crc(block.array(), 0, HEADER_BYTES - Integer.BYTES));
      for (int i = 0; i < payload / width; i++) {
        BigInteger plaintext = i == 0 ? first(round, content) : BigInteger.ZERO;
        byte[] number = modulus.multiply(plaintext).add(BigInteger.ONE).toByteArray();
        int skipped = Math.max(0, number.length - width); // the sign's byte
        block.position(HEADER_BYTES + (i + 1) * width - (number.length - skipped));
        block.put(number, skipped, number.length - skipped);
      }
      block.putInt(crc(block.array(), HEADER_BYTES, HEADER_BYTES + payload));
      return block.array();
    }

    private BigInteger first(Round round, Content content) {
      return switch (content) {
        case PLAUSIBLE -> BigInteger.ZERO;
        case TOO_NOISY -> modulus.shiftRight(2);
        case BEYOND_THE_BOUND -> BigInteger.valueOf(round.bound() + 1);
      };
    }

    private static int crc(byte[] bytes, int from, int to) {
      CRC32C checksum = new CRC32C();
      checksum.update(bytes, from, to - from);
      return (int) checksum.getValue();
    }

    @Override
    public void close() {}
  }
}
