package io.nightjar.crypto.paillier;

import io.nightjar.crypto.IntegerColumns;
import io.nightjar.crypto.RawSecretAccess;
import io.nightjar.crypto.layer.IntegerLayer;
import java.util.Random;

/** A small key that all tests share: drawing one takes longer than most of them. */
final class TestPaillier {

  static final PaillierParameters PARAMETERS = new PaillierParameters(512, 20);

  private static final byte[] PRIMES = draw();

  private TestPaillier() {}

  private static byte[] draw() {
    try (PaillierSecretKey key = PaillierSecretKey.generate(PARAMETERS)) {
      return key.toBytes(RawSecretAccess.granted());
    }
  }

  static PaillierSecretKey key(PaillierArithmetic arithmetic) {
    return key(PARAMETERS, arithmetic);
  }

  static PaillierSecretKey key(PaillierParameters parameters, PaillierArithmetic arithmetic) {
    return PaillierSecretKey.fromBytes(
        parameters, PRIMES.clone(), RawSecretAccess.granted(), arithmetic);
  }

  static IntegerColumns integers(Random random, int columns, int records, long largest) {
    long[] values = random.longs((long) columns * records, -largest, largest + 1).toArray();
    return new IntegerColumns(columns, records, values);
  }

  static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static PaillierEvaluator evaluator(PaillierPublicKey key, Random random) {
    return new PaillierEvaluator(key, bytes(random, PaillierEvaluator.maskBytes(key.parameters())));
  }

  /** Evaluates a whole layer, with masks from the random numbers. */
  static PaillierBlock apply(
      PaillierEvaluator evaluator, IntegerLayer layer, PaillierBlock input, Random random) {
    try (PaillierEvaluator.Prepared prepared = evaluator.prepare(input)) {
      byte[] masks = bytes(random, evaluator.exponentBytes(layer.whole(), input.records()));
      return evaluator.apply(layer, layer.whole(), prepared, masks);
    }
  }
}
