package io.nightjar.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests what slots can be, and which of them are columns. */
class SlotsTest {

  private static void assertRefused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 5", "0, 3, 0", "2, 0, 0", "-1, -3, 3", "65536, 65536, 0"})
  void anArrayHasAValueForEachSlot(int ciphertexts, int slots, int length) {
    String message =
        "%d ciphertexts of %d slots need %d values, not %d"
            .formatted(ciphertexts, slots, (long) ciphertexts * slots, length);
    assertRefused(message, () -> new IntegerSlots(ciphertexts, slots, 1, new long[length]));
    assertRefused(message, () -> new RealSlots(ciphertexts, slots, 1, new double[length]));
  }

  @ParameterizedTest
  @CsvSource({"0", "4", "-1"})
  void everyRecordHasASlot(int records) {
    String message = "3 slots are for 1 to 3 records, not " + records;
    assertRefused(message, () -> IntegerSlots.zeros(2, 3, records));
    assertRefused(message, () -> RealSlots.zeros(2, 3, records));
  }

  @Test
  void columnsAreSlotsOfTheSameArrayAndBackAgain() {
    IntegerColumns integers = new IntegerColumns(2, 3, new long[6]);
    RealColumns reals = new RealColumns(2, 3, new double[6]);

    assertSame(integers.values(), IntegerSlots.of(integers).values());
    assertSame(reals.values(), RealSlots.of(reals).values());
    assertSame(integers.values(), IntegerSlots.of(integers).columns().values());
    assertSame(reals.values(), RealSlots.of(reals).columns().values());
    assertEquals(3, IntegerSlots.of(integers).columns().records());
    assertEquals(2, RealSlots.of(reals).columns().columns());
  }

  @Test
  void slotsThatAreNoRecordsAreNoColumns() {
    String message = "A column has a slot for each of 2 records, not 3 slots";
    assertRefused(message, () -> IntegerSlots.zeros(4, 3, 2).columns());
    assertRefused(message, () -> RealSlots.zeros(4, 3, 2).columns());
  }

  @Test
  void aSlotIsFoundBehindThoseOfTheCiphertextsBefore() {
    assertEquals(5, IntegerSlots.zeros(4, 3, 2).index(1, 2));
    assertEquals(11, RealSlots.zeros(4, 3, 2).index(3, 2));
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "4, 0", "0, -1", "0, 3"})
  void slotsAreFoundAmongTheCiphertextsOnly(int ciphertext, int slot) {
    IntegerSlots integers = IntegerSlots.zeros(4, 3, 2);
    RealSlots reals = RealSlots.zeros(4, 3, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> integers.index(ciphertext, slot));
    assertThrows(IndexOutOfBoundsException.class, () -> reals.index(ciphertext, slot));
  }
}
