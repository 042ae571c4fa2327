package io.nightjar.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class DtypeTest {

  @Test
  void everyHalfHasTheValueThatTheStandardGivesIt() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      double actual = Dtype.F16.get(shortBytes(bits));
      int exponent = (bits >> 10) & 31;
      double fraction = (bits & 1023) / 1024.0;
      double sign = bits < 1 << 15 ? 1 : -1;
      if (exponent == 31) {
        assertTrue(fraction == 0 ? actual == sign / 0.0 : Double.isNaN(actual));
      } else if (exponent == 0) {
        assertEquals(sign * fraction * Math.pow(2, -14), actual);
      } else {
        assertEquals(sign * (1 + fraction) * Math.pow(2, exponent - 15), actual);
      }
    }
  }

  @Test
  void aBrainFloatIsTheUpperHalfOfAFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertEquals(Float.intBitsToFloat(bits << 16), (float) Dtype.BF16.get(shortBytes(bits)));
    }
  }

  private static ByteBuffer shortBytes(int bits) {
    return ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort(0, (short) bits);
  }
}
