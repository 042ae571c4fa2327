package io.nightjar.crypto;

/**
 * The token without which no secret key gives up its bytes.
 *
 * <p>It holds nothing and protects nothing by itself: it makes every place that touches raw key
 * bytes easy to find for a reviewer.
 */
public final class RawSecretAccess {

  private static final RawSecretAccess GRANTED = new RawSecretAccess();

  private RawSecretAccess() {}

  /** Returns the token; the caller takes responsibility for the bytes it will see. */
  public static RawSecretAccess granted() {
    return GRANTED;
  }
}
