package io.nightjar.rounds;

import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RealColumns;
import io.nightjar.plan.Layout;
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
    IntegerColumns arranged = layout.arrange(round, quantised.integers());
    return new Upload(
        quantised.clamped(), () -> cipher.encrypt(arranged, quantised.integers().records()));
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

  /** The integers of a round's result, ciphertext by ciphertext. */
  private final class IntegerResults implements ResultReader {
    private final Round round;
    private final int records;
    private final int slots;
    private final long[] integers;

    IntegerResults(Round round, int records) {
      this.round = round;
      this.records = records;
      this.slots = layout.slots(records);
      this.integers = new long[layout.returned(round) * slots];
    }

    @Override
    public Decrypted take(BlockLabel label, EncryptedBlock block) {
      int first = label.firstCiphertext() * slots;
      double margin = cipher.decrypt(block, integers, first);
      ResultChecks.requireExact(label, margin);
      long largest = 0;
      for (int i = first; i < first + block.ciphertexts() * slots; i++) {
        largest = Math.max(largest, Math.abs(integers[i]));
      }
      ResultChecks.requireInside(label, largest, round.bound());
      return new Decrypted(margin, largest);
    }

    @Override
    public RealColumns outputs() {
      return OwnerMath.rescale(round, layout.collect(round, integers, records));
    }
  }
}
