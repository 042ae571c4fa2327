package io.nightjar.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nightjar.crypto.BlockLabel;
import io.nightjar.crypto.IntegerSlots;
import io.nightjar.crypto.lattice.BlockDecryptor;
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
import io.nightjar.draw.InputDigest;
import io.nightjar.draw.JobSecret;
import io.nightjar.model.Shape;
import io.nightjar.plan.CiphertextRange;
import io.nightjar.plan.Layout;
import io.nightjar.plan.PackedLayout;
import io.nightjar.plan.Place;
import io.nightjar.plan.Quantiser;
import io.nightjar.plan.Round;
import io.nightjar.protocol.RoundTask;
import io.nightjar.protocol.RoundUpload;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Tests that of a hidden result the outputs are left, wherever a layout has them. */
class HiddenSlotsTest {

  private static final int SLOTS = 64;
  private static final int MOST_RECORDS = 7;
  private static final HeParameters PARAMETERS =
      HeParameters.ofAnySecurity(
          Scheme.BFV, SLOTS, List.of(44, 44, 44, 20), HeParameters.batchingPlainModulus(SLOTS, 22));

  private static Round round(int outputs) {
    return new Round(
        0,
        "fc",
        "fc",
        Shape.flat(3),
        Shape.flat(outputs),
        new Quantiser(1, 0, 255),
        List.of(1.0),
        1,
        1,
        outputs,
        3,
        1,
        3L * outputs,
        List.of());
  }

  /** That a covered slot keeps its value has a chance of 2^-22. */
  @Property(tries = 30)
  void slotsWithoutAnOutputAreCovered(
      @ForAll @IntRange(min = 1, max = 20) int outputs,
      @ForAll @IntRange(min = 1, max = 6) int perCiphertext,
      @ForAll @IntRange(min = 1, max = MOST_RECORDS) int records,
      @ForAll @IntRange(min = 0, max = 3) int before) {
    Layout layout = new PackedLayout(MOST_RECORDS, perCiphertext);
    Round round = round(outputs);
    int first = Math.min(before, layout.returned(round) - 1);
    int count = layout.returned(round) - first;
    long[] values = new Random(records).longs((long) count * SLOTS, -1000, 1000).toArray();
    IntegerSlots found = IntegerSlots.zeros(count, SLOTS, records);
    try (HeContext context = HeContext.open(PARAMETERS);
        SecretKey key = SecretKey.generate(context);
        PublicKey publicKey = key.publicKey(context);
        JobSecret secret = JobSecret.fixedForTests(1);
        CipherBlock result =
            new BlockEncryptor(context, key)
                .encrypt(
                    new IntegerSlots(count, SLOTS, records, values), Packing.SLOTS, Form.NTT)) {
      Hiding hiding =
          new Hiding(
              new LatticeEncryption(PARAMETERS, Packing.SLOTS, Form.NTT, 3, 1, 40),
              layout,
              secret,
              publicKey);
      BlockLabel label = new BlockLabel(new UUID(1, 2), 3, 0, 0, 0);
      RoundTask task =
          new RoundTask(
              new RoundUpload(round, label, result, InputDigest.NONE),
              0,
              new CiphertextRange(first, count),
              Long.MAX_VALUE);
      try (CipherBlock hidden =
          hiding.hide(new BlockEvaluator(context), task, task.result(first), result)) {
        new BlockDecryptor(context, key).decrypt(hidden, found, 0);
      }
    }

    BitSet kept = new BitSet();
    for (int output = 0; output < outputs; output++) {
      Place place = layout.resultPlace(round, output);
      if (place.ciphertext() >= first) {
        int index = found.index(place.ciphertext() - first, place.slot());
        kept.set(index, index + records);
      }
    }
    int same = 0;
    for (int i = 0; i < values.length; i++) {
      boolean isSame = values[i] == found.values()[i];
      assertTrue(isSame || !kept.get(i), "slot " + i);
      same += isSame ? 1 : 0;
    }
    assertEquals(kept.cardinality(), same, 2);
  }
}
