package io.nightjar.bench;

import io.nightjar.protocols.Protocols;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sets results of other protocols beside bayhenn's of the same run. */
public final class BayhennYardstick {

  private final Map<List<Object>, Double> recordsPerSecond = new HashMap<>();

  /**
   * Returns a result of another protocol with its ratio to the result of bayhenn that goes with it,
   * if that was measured before. A result of bayhenn is remembered and returned as it is.
   */
  public EndToEndBench.Result beside(EndToEndBench.Result result) {
    List<Object> key =
        List.of(result.model(), result.samples(), result.modelPrivacy(), result.threads());
    if (result.protocol().equals(Protocols.standard().name())) {
      recordsPerSecond.put(key, result.recordsPerSecond());
      return result;
    }
    return recordsPerSecond.containsKey(key)
        ? result.besideBayhenn(recordsPerSecond.get(key))
        : result;
  }
}
