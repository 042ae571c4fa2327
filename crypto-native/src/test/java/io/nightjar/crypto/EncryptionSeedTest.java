package io.nightjar.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EncryptionSeedTest {

  private static final BlockLabel LABEL = new BlockLabel(new UUID(1, 2), 3, 4, 5, 6);
  private static final String NONCE = "0123456789abcdef0123456789abcdef";

  @Test
  void everyPartOfANameAndOfTheKeyCounts() {
    List<EncryptionName> names = new ArrayList<>();
    names.add(new EncryptionName(NONCE, LABEL));
    names.add(new EncryptionName(NONCE.replace('f', 'e'), LABEL));
    names.add(new EncryptionName(NONCE, new BlockLabel(new UUID(1, 3), 3, 4, 5, 6)));
    names.add(new EncryptionName(NONCE, new BlockLabel(new UUID(2, 2), 3, 4, 5, 6)));
    names.add(new EncryptionName(NONCE, new BlockLabel(new UUID(1, 2), 4, 4, 5, 6)));
    names.add(new EncryptionName(NONCE, new BlockLabel(new UUID(1, 2), 3, 5, 5, 6)));
    names.add(new EncryptionName(NONCE, new BlockLabel(new UUID(1, 2), 3, 4, 6, 6)));
    names.add(new EncryptionName(NONCE, new BlockLabel(new UUID(1, 2), 3, 4, 5, 7)));
    Set<String> seeds = new HashSet<>();
    for (EncryptionName name : names) {
      assertTrue(seeds.add(seed(new byte[] {1, 2, 3}, name)), name::toString);
      assertTrue(seeds.add(seed(new byte[] {1, 2, 4}, name)), name::toString);
    }
    assertFalse(seeds.add(seed(new byte[] {1, 2, 3}, names.get(0))));
  }

  private static String seed(byte[] key, EncryptionName name) {
    try (EncryptionSeed seed = EncryptionSeed.of(key, name, RawSecretAccess.granted())) {
      return HexFormat.of().formatHex(seed.bytes(RawSecretAccess.granted()));
    }
  }

  @Test
  void noTwoNamesThatAreDrawnAreEqual() {
    assertNotEquals(EncryptionName.draw(LABEL), EncryptionName.draw(LABEL));
    for (String nonce :
        new String[] {"", NONCE + "0", NONCE.substring(1), NONCE.replace("a", "A"), "x"}) {
      assertThrows(IllegalArgumentException.class, () -> new EncryptionName(nonce, LABEL));
    }
  }

  @Test
  void everyNumberExpandsToOtherBytes() {
    try (EncryptionSeed seed = EncryptionSeed.fresh()) {
      byte[] one = new byte[1000];
      byte[] again = new byte[1000];
      again[0] = 1; // what was there does not count
      byte[] next = new byte[1000];
      seed.expand(1, one);
      seed.expand(1, again);
      seed.expand(2, next);
      assertArrayEquals(one, again);
      Set<String> blocks = new HashSet<>();
      for (int i = 0; i + 16 <= one.length; i += 16) {
        assertTrue(blocks.add(HexFormat.of().formatHex(one, i, i + 16)));
        assertTrue(blocks.add(HexFormat.of().formatHex(next, i, i + 16)));
      }
    }
  }

  @Test
  void itsTextHidesItAndClosingOverwritesIt() {
    EncryptionSeed seed = EncryptionSeed.fresh();
    assertEquals("EncryptionSeed[hidden]", seed.toString());
    byte[] bytes = seed.bytes(RawSecretAccess.granted());
    assertFalse(Arrays.equals(new byte[32], bytes));
    seed.close();
    assertArrayEquals(new byte[32], bytes);
  }
}
