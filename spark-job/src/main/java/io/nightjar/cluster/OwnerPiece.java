package io.nightjar.cluster;

import io.nightjar.exchange.Section;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch, or one draw of a batch, that a step is about, and the results that it needs.
 *
 * @param batch the batch
 * @param draw the draw; 0 if the step is about all
 * @param results the blocks of results by round and draw
 * @param made the upload as it was, if it is to be made again
 * @param labels what the batch's records really are; none if nobody knows them
 */
record OwnerPiece(
    long batch, int draw, Map<At, List<Section>> results, List<Section> made, List<double[]> labels)
    implements Serializable {

  private static final long serialVersionUID = 1;

  /** A round and a draw. */
  record At(int round, int draw) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  OwnerPiece {
    results = new HashMap<>(results);
    made = new ArrayList<>(made);
    labels = new ArrayList<>(labels);
  }

  List<Section> results(int round, int of) {
    return results.getOrDefault(new At(round, of), List.of());
  }
}
