package io.nightjar.rounds;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Layout;
import io.nightjar.plan.Place;
import io.nightjar.plan.Plan;
import io.nightjar.plan.Round;
import io.nightjar.protocol.OwnerCodec;
import io.nightjar.protocol.OwnerMath;
import io.nightjar.protocol.OwnerState;
import io.nightjar.protocol.Quantised;
import io.nightjar.protocol.ResultChecks;
import io.nightjar.protocol.ResultReader;

/** A data owner's codec where every round encrypts integers. */
public final class RoundsCodec implements OwnerCodec {

  private final Layout layout;
  private final IntegerCipher cipher;

  /** Creates the codec of a plan. */
  public RoundsCodec(Plan plan, IntegerCipher cipher) {
    this.layout = plan.layout();
    this.cipher = cipher;
  }

  @Override
  public Upload upload(Round round, OwnerState state) {
    Quantised quantised = state.quantised(round);
    IntegerSlots arranged = layout.arrange(round, quantised.integers());
    return new Upload(quantised.clamped(), name -> cipher.encrypt(arranged, name));
  }

  @Override
  public void check(BlockFormat.Header header) {
    cipher.check(header);
  }

  @Override
  public void check(EncryptedBlock block) {
    cipher.check(block);
  }

  @Override
  public ResultReader results(Round round, int records) {
    return new IntegerResults(round, records);
  }

  @Override
  public BlockFormat format(long mostBlockBytes) {
    return cipher.format(mostBlockBytes);
  }

  /** The integers of a round's result. */
  private final class IntegerResults implements ResultReader {
    private final Round round;
    private final IntegerSlots slots;

    IntegerResults(Round round, int records) {
      this.round = round;
      this.slots = IntegerSlots.zeros(layout.returned(round), layout.slots(records), records);
    }

    @Override
    public Decrypted take(BlockLabel label, EncryptedBlock block) {
      double margin = cipher.decrypt(block, slots, label.firstCiphertext());
      long largest = largest(new CiphertextRange(label.firstCiphertext(), block.ciphertexts()));
      ResultChecks.requireExact(label, margin);
      ResultChecks.requireInside(label, largest, round.bound());
      return new Decrypted(margin, largest);
    }

    /** Returns the largest output in some ciphertexts; slots without an output hold anything. */
    private long largest(CiphertextRange range) {
      long largest = 0;
      for (int feature : layout.features(round, range)) {
        Place place = layout.resultPlace(round, feature);
        int first = slots.index(place.ciphertext(), place.slot());
        for (int i = first; i < first + slots.records(); i++) {
          largest = Math.max(largest, Math.abs(slots.values()[i]));
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
