package io.nightjar.crypto;

/** The arrangement that integers and real numbers in slots share. */
final class SlotValues {

  private SlotValues() {}

  static void check(int ciphertexts, int slots, int records, int length) {
    if (ciphertexts < 1 || slots < 1 || (long) ciphertexts * slots != length) {
      throw new IllegalArgumentException(
          "%d ciphertexts of %d slots need %d values, not %d"
              .formatted(ciphertexts, slots, (long) ciphertexts * slots, length));
    }
    if (records < 1 || records > slots) {
      throw new IllegalArgumentException(
          "%d slots are for 1 to %d records, not %d".formatted(slots, slots, records));
    }
  }

  static void requireColumns(int slots, int records) {
    if (slots != records) {
      throw new IllegalArgumentException(
          "A column has a slot for each of %d records, not %d slots".formatted(records, slots));
    }
  }

  static int index(int ciphertexts, int slots, int ciphertext, int slot) {
    if (ciphertext < 0 || ciphertext >= ciphertexts || slot < 0 || slot >= slots) {
      throw new IndexOutOfBoundsException(
          "Slot %d of ciphertext %d is not among %d slots of %d ciphertexts"
              .formatted(slot, ciphertext, slots, ciphertexts));
    }
    return ciphertext * slots + slot;
  }
}
