package io.nightjar.cryptonets;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.EncryptionName;
import io.nightjar.crypto.EncryptionSeed;
import io.nightjar.crypto.RealColumns;
import io.nightjar.crypto.RealSlots;
import io.nightjar.crypto.lattice.BlockCodec;
import io.nightjar.crypto.lattice.BlockDecryptor;
import io.nightjar.crypto.lattice.BlockEncryptor;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.HeContext;
import io.nightjar.keys.LatticeSecret;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Layout;
import io.nightjar.plan.Place;
import io.nightjar.plan.Round;
import io.nightjar.protocol.MessageChecks;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.OwnerMath;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.ResultChecks;
import io.nightjar.protocol.ResultReader;
import java.util.Arrays;

/** The data owner's codec of real numbers under CKKS. */
final class CryptonetsCodec implements OwnerCodec {

  private final CryptonetsSheet sheet;
  private final LatticeSecret secret;
  private final HeContext context;
  private final BlockEncryptor encryptor;
  private final BlockDecryptor decryptor;

  /** Creates the codec; the secret stays the caller's. */
  CryptonetsCodec(CryptonetsSheet sheet, LatticeSecret secret) {
    this.sheet = sheet;
    this.secret = secret;
    this.context = secret.context();
    MessageChecks.require("parameters", sheet.encryption().digest(), context.parameters().digest());
    this.encryptor = new BlockEncryptor(context, secret.key());
    this.decryptor = new BlockDecryptor(context, secret.key());
  }

  @Override
  public Upload upload(Round round, OwnerState state) {
    RealSlots arranged = sheet.layout().arrange(round, state.reals());
    return new Upload(state.outside(), name -> encrypt(arranged, name));
  }

  private CipherBlock encrypt(RealSlots slots, EncryptionName name) {
    try (EncryptionSeed seed = secret.seed(name)) {
      return encryptor.encrypt(slots, sheet.scale(), seed);
    }
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

  /** The outputs of the network. */
  private final class RealResults implements ResultReader {
    private final Layout layout = sheet.layout();
    private final Round round;
    private final RealSlots slots;

    RealResults(Round round, int records) {
      this.round = round;
      this.slots = RealSlots.zeros(layout.returned(round), layout.slots(records), records);
    }

    /**
     * Decrypts a block; its margin is how often the largest value could double before it would not
     * fit the primes.
     */
    @Override
    public Decrypted take(BlockLabel label, EncryptedBlock block) {
      CiphertextRange range = new CiphertextRange(label.firstCiphertext(), block.ciphertexts());
      decryptor.decryptReal((CipherBlock) block, slots, range.first());
      int first = slots.index(range.first(), 0);
      int end = slots.index(range.end() - 1, slots.slots() - 1) + 1;
      double largestSlot =
          Arrays.stream(slots.values(), first, end).map(Math::abs).reduce(0, Math::max);
      double largest = largest(range);
      // What is no number is not inside either.
      long bounded = Double.isNaN(largest) ? Long.MAX_VALUE : (long) Math.ceil(largest);
      ResultChecks.requireInside(label, bounded, round.bound());
      double used = Math.log(Math.max(largestSlot, 1) * sheet.resultScale()) / Math.log(2);
      return new Decrypted(sheet.resultBits() - 1 - used, (long) Math.ceil(largest));
    }

    /** Returns the largest output in some ciphertexts. */
    private double largest(CiphertextRange range) {
      double largest = 0;
      for (int feature : layout.features(round, range)) {
        Place place = layout.resultPlace(round, feature);
        int first = slots.index(place.ciphertext(), place.slot());
        for (int i = first; i < first + slots.records(); i++) {
          largest = Math.max(largest, Math.abs(slots.values()[i] * round.outputScale(feature)));
        }
      }
      return largest;
    }

    @Override
    public RealColumns outputs() {
      return OwnerMath.rescale(round, layout.collect(round, slots));
    }
  }
}
