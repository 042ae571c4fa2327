package io.nightjar.cryptonets;

import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.plan.Bits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The primes of a plan of cryptonets: how large each is, and which level divides it out.
 *
 * <p>A level divides its outputs by as much as their precision allows, so that its square, and all
 * that follows, needs as few bits as possible; primes are made to measure. What a level leaves is
 * then what later levels need, and there is never a prime to drop without dividing by it.
 *
 * @param parameters the parameters, whose primes blocks lose in turn, the last first
 * @param scaleBits the bits of what inputs are multiplied by
 * @param limbs how many primes the ciphertexts have that each level reads
 * @param dropped how many primes the outputs of each level are divided by
 * @param marginBits the least room, in bits, that the largest expected value leaves at any level
 */
record PrimeChain(
    HeParameters parameters,
    int scaleBits,
    List<Integer> limbs,
    List<Integer> dropped,
    double marginBits) {

  /** The room for what noise and rounding add to the largest value that is expected. */
  private static final double ROOM_BITS = 1;

  /**
   * The least bits of what stands for 1 after a division, which adds an error of about 2^11: the
   * error is 2^-14 then, and weights are rounded more coarsely.
   */
  private static final int LEAST_SLOT_BITS = 25;

  /** The most bits of what stands for 1; more would only make uploads larger. */
  private static final int MOST_SLOT_BITS = 32;

  /**
   * The bits by which a fresh scale is smaller: noise in a fresh slot is about 2^8, so inputs have
   * as many right bits as divided numbers.
   */
  private static final int FRESH_BITS = 3;

  /**
   * The bits of what stands for 1 in outputs: nobody computes with them, so an error of 2^-13 is as
   * good as none.
   */
  private static final int OUTPUT_BITS = 24;

  /**
   * The least bits of a prime; smaller ones would be so far apart that their sizes are not what was
   * asked for.
   */
  private static final int LEAST_PRIME_BITS = 25;

  /**
   * The bits that a prime and a weight may have together for the kernel to multiply and add at
   * once.
   */
  private static final int PRODUCT_BITS = 52;

  /**
   * The least bits of the largest primes: if all were smaller there would be more of them, and one
   * more costs more than a second digit.
   */
  private static final int LEAST_PRODUCT_PRIME_BITS = 36;

  /**
   * The sizes in bits of the primes that each level divides by, and of those that are left at the
   * end.
   */
  private record Sizes(int scaleBits, List<List<Integer>> divided, List<Integer> kept) {

    /**
     * Returns the sizes of all primes, from those that stay to the one that is dropped first, and
     * last that of the prime for keys.
     */
    List<Integer> primes() {
      List<Integer> all = new ArrayList<>(kept);
      for (int level = divided.size() - 1; level >= 0; level--) {
        all.addAll(divided.get(level));
      }
      all.add(Collections.max(all));
      return all;
    }
  }

  /**
   * Returns the chain with the fewest primes, and of several the one of greatest precision, if
   * primes of 128-bit security suffice for any. What the last step makes is the result, and is not
   * squared.
   *
   * @param precisionBits bits that all numbers have beyond the least
   */
  static Optional<PrimeChain> of(
      List<LevelQuantisation> steps,
      int weightBits,
      int ringDegree,
      int precisionBits,
      boolean insecure) {
    int most = Math.max(LEAST_PRODUCT_PRIME_BITS, PRODUCT_BITS - weightBits);
    OptionalInt total = insecure ? OptionalInt.empty() : HeParameters.maxTotalPrimeBits(ringDegree);
    Optional<Sizes> best = Optional.empty();
    for (int slotBits = MOST_SLOT_BITS; slotBits >= LEAST_SLOT_BITS; slotBits--) {
      Sizes sizes = sizes(steps, slotBits + precisionBits, OUTPUT_BITS + precisionBits, most);
      List<Integer> primes = sizes.primes();
      int bits = primes.stream().mapToInt(size -> size).sum();
      boolean fits = bits <= total.orElse(Integer.MAX_VALUE);
      if (fits && best.stream().allMatch(other -> primes.size() < other.primes().size())) {
        best = Optional.of(sizes);
      }
    }
    return best.map(sizes -> chain(steps, sizes, parameters(sizes, ringDegree, insecure)))
        .filter(chain -> chain.marginBits() >= ROOM_BITS);
  }

  private static HeParameters parameters(Sizes sizes, int ringDegree, boolean insecure) {
    return insecure
        ? HeParameters.ofAnySecurity(Scheme.CKKS, ringDegree, sizes.primes(), 0)
        : HeParameters.ckks(ringDegree, sizes.primes());
  }

  private static Sizes sizes(
      List<LevelQuantisation> steps, int slotBits, int outputBits, int most) {
    int scaleBits = slotBits - FRESH_BITS;
    double scale = scaleBits;
    double needed = 0; // by any level, less what is divided out from there on
    double before = 0; // what is divided out before
    List<List<Integer>> divided = new ArrayList<>();
    for (LevelQuantisation step : steps) {
      boolean last = divided.size() == steps.size() - 1;
      double slot = Bits.log2(step.largestSlot());
      needed = Math.max(needed, before + scale + Math.max(slot, biasBits(step)));
      double least = Bits.log2(step.leastMultiplier());
      // The first level has the most outputs, and dividing them costs more than it saves.
      boolean divides = last || !divided.isEmpty();
      double room = divides ? scale + least - (last ? outputBits : slotBits) : 0;
      List<Integer> sizes = cut((int) Math.floor(room), most);
      divided.add(sizes);
      int bits = sizes.stream().mapToInt(size -> size).sum();
      before += bits;
      boolean squared = step.squared() && !last;
      scale = squared ? 2 * (scale - bits) : scale - bits;
      needed = Math.max(needed, before + scale + (squared ? 2 : 1) * slot);
    }
    // One bit is the sign's; primes are a little smaller than their sizes.
    int kept = (int) Math.ceil(needed - before + 1 + ROOM_BITS + 0.1);
    int count = (kept + most - 1) / most;
    return new Sizes(scaleBits, divided, parts(Math.max(kept, count * LEAST_PRIME_BITS), count));
  }

  private static double biasBits(LevelQuantisation step) {
    return Bits.log2(Math.max(step.largestBiasSlot(), 1));
  }

  /** Returns sizes of at most {@code most} bits that have {@code bits} together, or a few less. */
  private static List<Integer> cut(int bits, int most) {
    int count = (Math.max(bits, 0) + most - 1) / most;
    if (count > 0 && bits / count < LEAST_PRIME_BITS) {
      count--;
    }
    return parts(Math.min(bits, count * most), count);
  }

  private static List<Integer> parts(int bits, int count) {
    List<Integer> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add((int) ((long) bits * (i + 1) / count - (long) bits * i / count));
    }
    return parts;
  }

  /** Follows the scale through the levels, with the primes themselves. */
  private static PrimeChain chain(
      List<LevelQuantisation> steps, Sizes sizes, HeParameters parameters) {
    List<Long> primes = parameters.dataPrimes();
    double scale = sizes.scaleBits();
    double modulus = primes.stream().mapToDouble(Bits::log2).sum();
    double margin = Double.POSITIVE_INFINITY;
    int left = primes.size();
    List<Integer> limbs = new ArrayList<>();
    List<Integer> dropped = new ArrayList<>();
    for (LevelQuantisation step : steps) {
      double slot = Bits.log2(step.largestSlot());
      limbs.add(left);
      dropped.add(sizes.divided().get(dropped.size()).size());
      margin = Math.min(margin, modulus - 1 - scale - Math.max(slot, biasBits(step)));
      for (int end = left - dropped.get(dropped.size() - 1); left > end; left--) {
        scale -= Bits.log2(primes.get(left - 1));
        modulus -= Bits.log2(primes.get(left - 1));
      }
      boolean squared = step.squared() && limbs.size() < steps.size();
      scale = squared ? 2 * scale : scale;
      margin = Math.min(margin, modulus - 1 - scale - (squared ? 2 : 1) * slot);
    }
    return new PrimeChain(parameters, sizes.scaleBits(), limbs, dropped, margin);
  }
}
