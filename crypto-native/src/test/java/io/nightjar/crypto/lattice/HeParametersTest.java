package io.nightjar.crypto.lattice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.nightjar.crypto.InvalidParametersException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HeParametersTest {

  private static final long P44 = 17592186028033L;
  private static final long P44_SECOND = 17592185659393L;
  private static final long P20 = 1032193L;
  private static final long P18 = 188417L;

  /** What SEAL 4.0's CoeffModulus::Create returns. */
  static Stream<Arguments> primesOfSeal() {
    return Stream.of(
        arguments(1024, List.of(26), List.of(67104769L)),
        arguments(2048, List.of(44), List.of(P44)),
        arguments(2048, List.of(53), List.of(9007199254614017L)),
        arguments(4096, List.of(44, 44, 18), List.of(P44_SECOND, P44, P18)),
        arguments(4096, List.of(36, 36, 34), List.of(68719230977L, 68719403009L, 17179754497L)),
        arguments(
            8192, List.of(44, 44, 44, 20), List.of(17592184717313L, 17592185438209L, P44, P20)),
        arguments(
            8192,
            List.of(60, 40, 40, 60),
            List.of(1152921504606748673L, 1099510890497L, 1099511480321L, 1152921504606830593L)),
        arguments(
            16384,
            List.of(60, 40, 40, 60),
            List.of(1152921504606683137L, 1099508121601L, 1099510054913L, 1152921504606748673L)),
        arguments(
            32768,
            List.of(60, 50, 60, 50, 17, 50),
            List.of(
                1152921504598720513L,
                1125899903500289L,
                1152921504606584833L,
                1125899903827969L,
                65537L,
                1125899904679937L)));
  }

  @ParameterizedTest
  @MethodSource("primesOfSeal")
  void primesAreThoseOfSeal(int ringDegree, List<Integer> primeBits, List<Long> expected) {
    assertEquals(expected, HeParameters.ckks(ringDegree, primeBits).keyPrimes());
    assertEquals(expected, HeParameters.bfv(ringDegree, primeBits, 1 << 16).keyPrimes());
  }

  @Test
  void primesOfInsecureParametersAreThoseOfSealToo() {
    assertEquals(
        List.of(769L, 1409L, 3457L),
        HeParameters.ofAnySecurity(Scheme.CKKS, 64, List.of(10, 11, 12), 0).keyPrimes());
    assertEquals(
        List.of(1099511390209L, 974849L, 1099511480321L, P20),
        HeParameters.ofAnySecurity(Scheme.BFV, 4096, List.of(40, 20, 40, 20), 2).keyPrimes());
  }

  /** What SEAL 4.0's PlainModulus::Batching returns. */
  @ParameterizedTest
  @CsvSource({
    "8192, 26, 67043329",
    "8192, 30, 1073692673",
    "4096, 20, 1032193",
    "64, 10, 769",
    "32768, 17, 65537",
    "32768, 59, 576460752301785089"
  })
  void batchingPlainModulusIsThatOfSeal(int ringDegree, int bits, long expected) {
    assertEquals(expected, HeParameters.batchingPlainModulus(ringDegree, bits));
  }

  @Test
  void onePrimeServesDataAndKeys() {
    HeParameters parameters = HeParameters.bfv(2048, List.of(44), 1 << 22);

    assertEquals(Scheme.BFV, parameters.scheme());
    assertEquals(2048, parameters.ringDegree());
    assertEquals(1 << 22, parameters.plainModulus());
    assertEquals(128, parameters.securityBits());
    assertEquals(List.of(P44), parameters.dataPrimes());
    assertEquals(List.of(P44), parameters.keyPrimes());
    assertEquals(1, parameters.dataLimbs());
    assertEquals(1, parameters.keyLimbs());
    assertEquals(44, parameters.totalPrimeBits());
    assertFalse(parameters.canSwitchKeys());
    assertFalse(parameters.supportsSlotPacking());
  }

  @Test
  void theLastOfSeveralPrimesIsForKeysOnly() {
    HeParameters parameters = HeParameters.bfv(4096, List.of(44, 44, 18), 1 << 26);

    assertEquals(List.of(P44_SECOND, P44), parameters.dataPrimes());
    assertEquals(List.of(P44_SECOND, P44, P18), parameters.keyPrimes());
    assertEquals(2, parameters.dataLimbs());
    assertEquals(3, parameters.keyLimbs());
    assertEquals(106, parameters.totalPrimeBits());
    assertTrue(parameters.canSwitchKeys());
  }

  @Test
  void limbsAreDroppedFromTheEnd() {
    HeParameters parameters = HeParameters.bfv(4096, List.of(44, 44, 18), 1 << 26);

    assertEquals(List.of(P44_SECOND), parameters.primesAtLimbs(1));
    assertEquals(parameters.dataPrimes(), parameters.primesAtLimbs(2));
    assertEquals(parameters.keyPrimes(), parameters.primesAtLimbs(3));
    assertRefused("0 limbs: these parameters have from 1 to 3", () -> parameters.primesAtLimbs(0));
    assertRefused("4 limbs: these parameters have from 1 to 3", () -> parameters.primesAtLimbs(4));
  }

  @Test
  void slotsNeedAPlainModulusThatSplits() {
    long batching = HeParameters.batchingPlainModulus(8192, 26);
    List<Integer> bits = List.of(44, 44, 44, 20);

    assertTrue(HeParameters.bfv(8192, bits, batching).supportsSlotPacking());
    assertFalse(HeParameters.bfv(8192, bits, 1 << 26).supportsSlotPacking());
    assertFalse(HeParameters.bfv(8192, bits, 67108859).supportsSlotPacking(), "prime only");
    assertTrue(HeParameters.ckks(8192, bits).supportsSlotPacking());
  }

  @ParameterizedTest
  @CsvSource({"1024, 26", "2048, 53", "4096, 106", "8192, 214", "16384, 430", "32768, 868"})
  void securityLimitsAreThoseOfTheGuidelinesOf2024(int ringDegree, int bits) {
    assertEquals(OptionalInt.of(bits), HeParameters.maxTotalPrimeBits(ringDegree));
  }

  @ParameterizedTest
  @CsvSource({"1024, 20", "2048, 40", "4096, 80", "8192, 161", "16384, 322", "32768, 644"})
  void limitsBeforeQuantumComputersAreThoseOfTheGuidelinesScript(int ringDegree, int bits) {
    assertEquals(OptionalInt.of(bits), HeParameters.maxTotalPrimeBitsBeforeQuantum(ringDegree));
  }

  /** SEAL takes these, by the standard of 2018. */
  @ParameterizedTest
  @CsvSource({"2048, 54", "4096, 44 44 20", "8192, 44 44 44 44 40"})
  void whatOnlyTheStandardOf2018AllowsIsRefused(int ringDegree, String sizes) {
    List<Integer> bits = Arrays.stream(sizes.split(" ")).map(Integer::valueOf).toList();
    List<Long> primes =
        HeParameters.ofAnySecurity(Scheme.BFV, ringDegree, bits, 1 << 16).keyPrimes();

    for (Executable asking :
        List.<Executable>of(
            () -> HeParameters.bfv(ringDegree, bits, 1 << 16),
            () -> HeParameters.ckks(ringDegree, bits),
            () -> explicit(ringDegree, primes, 1 << 16))) {
      InvalidParametersException refusal = assertThrows(InvalidParametersException.class, asking);
      assertTrue(refusal.getMessage().contains("128-bit secure only up to"), refusal.getMessage());
    }
  }

  @Test
  void smallRingsHaveNoSecurityLimitToStayBelow() {
    assertEquals(OptionalInt.empty(), HeParameters.maxTotalPrimeBits(512));
    assertEquals(OptionalInt.empty(), HeParameters.maxTotalPrimeBitsBeforeQuantum(512));
  }

  static Stream<Arguments> tooManyBits() {
    return Stream.of(
        arguments(
            2048,
            List.of(54),
            "Coefficient primes of 54 bits have 54 bits together, special prime included: "
                + "ring degree 2048 is 128-bit secure only up to 53; "
                + "use fewer or smaller primes, or ring degree 4096"),
        arguments(
            4096,
            List.of(44, 43, 20),
            "Coefficient primes of 44+43+20 bits have 107 bits together, special prime included: "
                + "ring degree 4096 is 128-bit secure only up to 106; "
                + "use fewer or smaller primes, or ring degree 8192"),
        arguments(
            512,
            List.of(20),
            "Coefficient primes of 20 bits have 20 bits together, special prime included: "
                + "ring degree 512 is 128-bit secure only up to 0; "
                + "use fewer or smaller primes, or ring degree 1024"),
        arguments(
            32768,
            Collections.nCopies(15, 58),
            ("Coefficient primes of %s58 bits have 870 bits together, special prime included: "
                    + "ring degree 32768 is 128-bit secure only up to 868; "
                    + "use fewer or smaller primes")
                .formatted("58+".repeat(14))));
  }

  @ParameterizedTest
  @MethodSource("tooManyBits")
  void moreBitsThanAreSecureAreRefusedOutsideTests(
      int ringDegree, List<Integer> primeBits, String message) {
    assertRefused(message, () -> HeParameters.bfv(ringDegree, primeBits, 2));
    assertRefused(message, () -> HeParameters.ckks(ringDegree, primeBits));

    HeParameters insecure = HeParameters.ofAnySecurity(Scheme.BFV, ringDegree, primeBits, 2);

    assertEquals(HeParameters.NO_SECURITY_BITS, insecure.securityBits());
    assertTrue(insecure.toString().contains("INSECURE, for tests only"), insecure.toString());
    assertRefused(
        message,
        () -> HeParameters.ofExplicitPrimes(Scheme.BFV, ringDegree, insecure.keyPrimes(), 2, 128));
  }

  @ParameterizedTest
  @CsvSource({"0", "-4096", "32", "4095", "65536"})
  void aRingDegreeOutOfRangeIsRefused(int ringDegree) {
    String message =
        "Ring degree %d: it must be a power of two from 64 to 32768".formatted(ringDegree);

    assertRefused(message, () -> HeParameters.bfv(ringDegree, List.of(44), 2));
    assertRefused(message, () -> HeParameters.ckks(ringDegree, List.of(44)));
    assertRefused(message, () -> HeParameters.batchingPlainModulus(ringDegree, 20));
    assertRefused(message, () -> HeParameters.maxTotalPrimeBits(ringDegree));
    assertRefused(message, () -> explicit(ringDegree, List.of(P44), 2));
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "9", "61"})
  void aPrimeSizeOutOfRangeIsRefused(int bits) {
    assertRefused(
        "Coefficient prime of %d bits: the size must be from 10 to 60 bits".formatted(bits),
        () -> HeParameters.bfv(4096, List.of(44, bits), 2));
  }

  @Test
  void tooFewOrTooManyPrimesAreRefused() {
    String none = "0 coefficient primes: there must be from 1 to 64";
    assertRefused(none, () -> HeParameters.bfv(4096, List.of(), 2));
    assertRefused(none, () -> explicit(4096, List.of(), 2));

    String many = "65 coefficient primes: there must be from 1 to 64";
    assertRefused(many, () -> HeParameters.ckks(4096, Collections.nCopies(65, 44)));
    assertRefused(many, () -> explicit(4096, Collections.nCopies(65, P44), 2));
  }

  @Test
  void aSizeWithTooFewPrimesIsRefused() {
    assertRefused(
        "2 primes of 17 bits: only 1 are 1 modulo 65536, as ring degree 32768 needs; "
            + "ask for more bits or a smaller ring degree",
        () -> HeParameters.ckks(32768, List.of(17, 17)));
    assertRefused(
        "1 primes of 14 bits: only 0 are 1 modulo 16384, as ring degree 8192 needs; "
            + "ask for more bits or a smaller ring degree",
        () -> HeParameters.batchingPlainModulus(8192, 14));
  }

  @ParameterizedTest
  @CsvSource({"-1", "1", "60"})
  void aBatchingSizeOutOfRangeIsRefused(int bits) {
    assertRefused(
        "Plain modulus of %d bits: the size must be from 2 to 59 bits".formatted(bits),
        () -> HeParameters.batchingPlainModulus(8192, bits));
  }

  static Stream<Arguments> badPrimes() {
    return Stream.of(
        arguments(769L, "Coefficient prime 769 is 769 modulo 4096: ring degree 2048 needs 1"),
        arguments(
            P44 + 2, "Coefficient prime 17592186028035 is 3 modulo 4096: ring degree 2048 needs 1"),
        arguments(4097L, "Coefficient modulus 4097 is not a prime"),
        arguments(257L, "Coefficient prime 257: the size must be from 10 to 60 bits"),
        arguments(0L, "Coefficient prime 0: the size must be from 10 to 60 bits"),
        arguments(-12287L, "Coefficient prime -12287: the size must be from 10 to 60 bits"),
        arguments(
            2305843009213317121L,
            "Coefficient prime 2305843009213317121: the size must be from 10 to 60 bits"),
        arguments(
            P44, "Coefficient prime 17592186028033 is given more than once: they must differ"));
  }

  @ParameterizedTest
  @MethodSource("badPrimes")
  void anExplicitPrimeIsCheckedWhereverItStands(long bad, String message) {
    assertRefused(message, () -> explicit(2048, List.of(P44, bad), 2));
    assertRefused(message, () -> explicit(2048, List.of(bad, P44), 2));
  }

  @ParameterizedTest
  @CsvSource({"-2", "0", "1", "576460752303423489", "1152921504606846976"})
  void aPlainModulusOutOfRangeIsRefused(long plainModulus) {
    assertRefused(
        "Plain modulus %d: it must be from 2 to 2^59 = 576460752303423488".formatted(plainModulus),
        () -> HeParameters.bfv(8192, List.of(60, 60, 60), plainModulus));
  }

  @ParameterizedTest
  @CsvSource({"6", "15", "4294967297", "576460752303423487"})
  void aPlainModulusThatIsNeitherAPowerOfTwoNorAPrimeIsRefused(long plainModulus) {
    assertRefused(
        "Plain modulus %d: it must be a power of two or a prime".formatted(plainModulus),
        () -> HeParameters.bfv(8192, List.of(60, 60, 60), plainModulus));
  }

  @Test
  void aPlainModulusThatIsACoefficientPrimeIsRefused() {
    for (long prime : List.of(P44_SECOND, P44, P18)) {
      assertRefused(
          "Plain modulus %d is also a coefficient prime: they must be coprime".formatted(prime),
          () -> HeParameters.bfv(4096, List.of(44, 44, 18), prime));
    }
  }

  @Test
  void aPlainModulusMustFitTheDataPrimesWithoutTheSpecialOne() {
    assertRefused(
        "Plain modulus 17592186044416: it must be smaller than the product of the data primes "
            + "[17592186028033] = 17592186028033",
        () -> HeParameters.bfv(4096, List.of(44, 60), 1L << 44));

    HeParameters smaller = HeParameters.bfv(4096, List.of(44, 60), 1L << 43);
    assertEquals(1L << 43, smaller.plainModulus());
  }

  @Test
  void theExtremePlainModuliAreAccepted() {
    List<Integer> bits = List.of(60, 60, 60);

    assertEquals(2, HeParameters.bfv(8192, bits, 2).plainModulus());
    assertEquals(3, HeParameters.bfv(8192, bits, 3).plainModulus());
    assertEquals(1L << 59, HeParameters.bfv(8192, bits, 1L << 59).plainModulus());
  }

  @Test
  void ckksHasNoPlainModulus() {
    assertEquals(0, HeParameters.ckks(8192, List.of(60, 40, 60)).plainModulus());
    assertRefused(
        "Plain modulus 65537: CKKS has none, give 0",
        () -> HeParameters.ofExplicitPrimes(Scheme.CKKS, 2048, List.of(P44), 65537, 128));
  }

  @ParameterizedTest
  @CsvSource({"-1", "127", "192"})
  void anotherSecurityLevelIsRefused(int securityBits) {
    assertRefused(
        "Security of %d bits: only 128 is offered".formatted(securityBits),
        () -> HeParameters.ofExplicitPrimes(Scheme.CKKS, 2048, List.of(P44), 0, securityBits));
  }

  @Test
  void explicitPrimesMakeTheSameParametersAsChosenOnes() {
    HeParameters chosen = HeParameters.bfv(4096, List.of(44, 44, 18), 1 << 26);
    HeParameters explicit = explicit(4096, List.of(P44_SECOND, P44, P18), 1 << 26);

    assertEquals(chosen, explicit);
    assertEquals(chosen.hashCode(), explicit.hashCode());
    assertEquals(chosen.digest(), explicit.digest());
    assertEquals(chosen.toString(), explicit.toString());
  }

  @Test
  void everyFieldCountsForEqualityAndDigest() {
    HeParameters base = explicit(4096, List.of(P44_SECOND, P44, P18), 1 << 26);
    List<HeParameters> others =
        List.of(
            HeParameters.ckks(4096, List.of(44, 44, 18)),
            explicit(2048, List.of(P44), 1 << 26),
            explicit(4096, List.of(P44, P44_SECOND, P18), 1 << 26),
            explicit(4096, List.of(P44_SECOND, P44), 1 << 26),
            explicit(4096, List.of(P44_SECOND, P44, P18), 1 << 25),
            HeParameters.ofAnySecurity(Scheme.BFV, 4096, List.of(44, 44, 18), 1 << 26));

    for (HeParameters other : others) {
      assertNotEquals(base, other);
      assertNotEquals(base.digest(), other.digest());
    }
  }

  /** Computed apart from this code, from the encoding as it is documented. */
  @Test
  void theDigestIsPinned() {
    assertEquals(
        "86d9906b595e82eef424930299911c42df5ea0162d02986b6cab5618999d58bc",
        HeParameters.bfv(4096, List.of(44, 44, 18), 1 << 26).digest().toString());
    assertEquals(
        "6221087f54206a1be49405e46cc67c53706dd48292a89592720d75404cb82f30",
        HeParameters.ckks(16384, List.of(60, 40, 40, 60)).digest().toString());
  }

  @Test
  void theTextIsForPeople() {
    assertEquals(
        "BFV, ring degree 4096, 106-bit modulus, 128-bit classical security",
        HeParameters.bfv(4096, List.of(44, 44, 18), 1 << 26).toString());
    assertEquals(
        "CKKS, ring degree 64, 10-bit modulus, INSECURE, for tests only",
        HeParameters.ofAnySecurity(Scheme.CKKS, 64, List.of(10), 0).toString());
  }

  private static HeParameters explicit(int ringDegree, List<Long> primes, long plainModulus) {
    return HeParameters.ofExplicitPrimes(Scheme.BFV, ringDegree, primes, plainModulus, 128);
  }

  private static void assertRefused(String message, Executable action) {
    assertEquals(message, assertThrows(InvalidParametersException.class, action).getMessage());
  }
}
