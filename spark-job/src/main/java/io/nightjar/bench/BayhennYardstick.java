package io.nightjar.bench;

import io.nightjar.protocols.Protocols;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sets results of other protocols beside bayhenn's of the same run. */
public final class BayhennYardstick {

  private final Map<List<Object>, Double> recordsPerSecond = new HashMap<>();

  /**
   * Remembers a result of bayhenn; any other is returned with its ratio to the one that goes with
   * it, if that was measured before.
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
