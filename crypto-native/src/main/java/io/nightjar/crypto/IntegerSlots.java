package io.nightjar.crypto;

import java.util.Objects;

/**
 * Integers as they lie in the ciphertexts of a batch, ciphertext after ciphertext: what slot s of
 * ciphertext c holds is at c * slots + s.
 *
 * <p>A layout says which slot is whose. The array is not copied; whoever passes it on no longer
 * writes to it.
 */
public final class IntegerSlots {

  private final int ciphertexts;
  private final int slots;
  private final int records;
  private final long[] values;

  /**
   * Wraps an array of ciphertexts * slots values.
   *
   * @param slots how many slots of each ciphertext are used, counted from the first
   * @param records how many records the batch has; each has slots of its own
   * @throws IllegalArgumentException if the numbers do not fit each other
   */
  public IntegerSlots(int ciphertexts, int slots, int records, long[] values) {
    Objects.requireNonNull(values, "values");
    SlotValues.check(ciphertexts, slots, records, values.length);
    this.ciphertexts = ciphertexts;
    this.slots = slots;
    this.records = records;
    this.values = values;
  }

  /** Returns slots that hold nothing but zeros yet. */
  public static IntegerSlots zeros(int ciphertexts, int slots, int records) {
    return new IntegerSlots(
        ciphertexts, slots, records, new long[Math.multiplyExact(ciphertexts, slots)]);
  }

  /** Returns the same array as slots: each column is a ciphertext, record j is in slot j. */
  public static IntegerSlots of(IntegerColumns columns) {
    return new IntegerSlots(
        columns.columns(), columns.records(), columns.records(), columns.values());
  }

  /**
   * Returns the same array as columns, where every slot is a record's.
   *
   * @throws IllegalArgumentException if there are more slots than records
   */
  public IntegerColumns columns() {
    SlotValues.requireColumns(slots, records);
    return new IntegerColumns(ciphertexts, records, values);
  }

  /** Returns how many ciphertexts there are. */
  public int ciphertexts() {
    return ciphertexts;
  }

  /** Returns how many slots of each ciphertext are used. */
  public int slots() {
    return slots;
  }

  /** Returns how many records the batch has. */
  public int records() {
    return records;
  }

  /** Returns the array itself. */
  public long[] values() {
    return values;
  }

  /** Returns where in the array a slot of a ciphertext is. */
  public int index(int ciphertext, int slot) {
    return SlotValues.index(ciphertexts, slots, ciphertext, slot);
  }

  @Override
  public String toString() {
    return "IntegerSlots[%d ciphertexts, %d slots, %d records]"
        .formatted(ciphertexts, slots, records);
  }
}
