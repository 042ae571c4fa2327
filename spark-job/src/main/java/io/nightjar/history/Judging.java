package io.nightjar.history;

/**
 * How nights are judged.
 *
 * @param window with how many nights before it a night is compared
 * @param least how many of them must have a figure before it is judged
 */
public record Judging(int window, int least) {

  /** The least number of nights whose differences say anything of those of other nights. */
  public static final int LEAST = 5;

  /** The most nights that are compared with. */
  public static final int MOST = 1000;

  /** Checks that there are enough nights. */
  public Judging {
    if (least < LEAST || window < least || window > MOST) {
      throw new IllegalArgumentException("%d of %d nights".formatted(least, window));
    }
  }
}
