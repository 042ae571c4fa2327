package io.nightjar.spark;

import io.nightjar.crypto.HeContext;
import io.nightjar.crypto.HeParameters;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.crypto.PaillierPublicKey;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * One native context for each set of parameters, or each key of Paillier, in this process, shared
 * by all its tasks.
 */
public final class ExecutorContexts {

  private static final Map<ParameterNumbers, HeContext> OPEN = new HashMap<>();

  private static final Map<OwnersKey, PaillierPublicKey> KEYS = new HashMap<>();

  private record OwnersKey(PaillierParameters parameters, String bytes) {}

  private ExecutorContexts() {}

  /** Returns a public key, opened at the first call; nobody closes it. */
  public static synchronized PaillierPublicKey paillier(
      PaillierParameters parameters, byte[] bytes) {
    return KEYS.computeIfAbsent(
        new OwnersKey(parameters, HexFormat.of().formatHex(bytes)),
        key -> PaillierPublicKey.read(parameters, bytes));
  }

  /** Returns the context for some parameters, opened at the first call; nobody closes it. */
  public static HeContext get(HeParameters parameters) {
    return get(ParameterNumbers.of(parameters));
  }

  /**
   * Returns the context for the parameters of these numbers, which are checked at the first call.
   */
  static synchronized HeContext get(ParameterNumbers numbers) {
    return OPEN.computeIfAbsent(numbers, known -> HeContext.open(known.toHeParameters()));
  }

  /** Returns how many are open. */
  static synchronized int open() {
    return OPEN.size() + KEYS.size();
  }

  /** Closes all of them: the executor shuts down. Running calls finish first. */
  static synchronized void closeAll() {
    OPEN.values().forEach(HeContext::close);
    OPEN.clear();
    KEYS.values().forEach(PaillierPublicKey::close);
    KEYS.clear();
  }
}
