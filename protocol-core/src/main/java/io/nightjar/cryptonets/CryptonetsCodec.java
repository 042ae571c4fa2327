package io.nightjar.cryptonets;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.plan.Round;
import io.nightjar.protocol.MessageChecks;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.ResultChecks;
import io.nightjar.protocol.ResultReader;

/** The data owner's codec of real numbers under CKKS. */
final class CryptonetsCodec implements OwnerCodec {

  private final CryptonetsSheet sheet;
  private final HeContext context;
  private final BlockEncryptor encryptor;
  private final BlockDecryptor decryptor;

  /** Creates the codec; the secret stays the caller's. */
  CryptonetsCodec(CryptonetsSheet sheet, LatticeSecret secret) {
    this.sheet = sheet;
    this.context = secret.context();
    MessageChecks.require("parameters", sheet.encryption().digest(), context.parameters().digest());
    this.encryptor = new BlockEncryptor(context, secret.key());
    this.decryptor = new BlockDecryptor(context, secret.key());
  }

  @Override
  public Upload upload(Round round, OwnerState state) {
    RealColumns arranged = sheet.layout().arrange(round, state.reals());
    return new Upload(state.outside(), () -> encryptor.encrypt(arranged, sheet.scale()));
  }

  @Override
  public void check(BlockFormat.Header header) {
    sheet.lattice().requireResult(header, sheet.lattice().form());
  }

  @Override
  public void check(EncryptedBlock block) {
    CipherBlock found = sheet.lattice().requireBlock(block, sheet.result(block.ciphertexts()));
    MessageChecks.require("scale", sheet.resultScale(), found.scale());
  }

  @Override
  public ResultReader results(Round round, int records) {
    return new RealResults(round, records);
  }

  @Override
  public BlockFormat format(long mostBlockBytes) {
    return new BlockCodec(context, mostBlockBytes);
  }

  /** The outputs of the network, each of which is a ciphertext. */
  private final class RealResults implements ResultReader {
    private final Round round;
    private final int records;
    private final double[] outputs;

    RealResults(Round round, int records) {
      this.round = round;
      this.records = records;
      this.outputs = new double[round.outputFeatures() * records];
    }

    /**
     * Decrypts a block; its margin is how often the largest value could double before it would not
     * fit the primes.
     */
    @Override
    public Decrypted take(BlockLabel label, EncryptedBlock block) {
      RealColumns slots = decryptor.decryptReal((CipherBlock) block);
      int first = label.firstCiphertext() * records;
      double largestSlot = 0;
      double largest = 0;
      for (int column = 0; column < slots.columns(); column++) {
        double scale = round.outputScale(label.firstCiphertext() + column);
        for (int j = 0; j < records; j++) {
          double slot = slots.values()[column * records + j];
          outputs[first + column * records + j] = slot * scale;
          largestSlot = Math.max(largestSlot, Math.abs(slot));
          largest = Math.max(largest, Math.abs(slot * scale));
        }
      }
      // What is no number is not inside either.
      long bounded = Double.isNaN(largest) ? Long.MAX_VALUE : (long) Math.ceil(largest);
      ResultChecks.requireInside(label, bounded, round.bound());
      double used = Math.log(Math.max(largestSlot, 1) * sheet.resultScale()) / Math.log(2);
      return new Decrypted(sheet.resultBits() - 1 - used, (long) Math.ceil(largest));
    }

    @Override
    public RealColumns outputs() {
      return new RealColumns(round.outputFeatures(), records, outputs);
    }
  }
}
