package io.nightjar.cryptonets;

import io.nightjar.crypto.lattice.BlockEvaluator;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.RelinearisationKey;
import io.nightjar.crypto.layer.IntegerLayer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Evaluates a whole network on ciphertexts.
 *
 * <p>A square makes three polynomials of two; they are brought back to two only after the linear
 * layer that follows, which has fewer outputs than inputs. Squares are never written down, and
 * neither are outputs that are squared as they are: until ciphertexts are relinearised or divided,
 * every residue is computed by itself, a few of all columns at a time. So a network takes its
 * input, and what one level makes before and after it is relinearised.
 */
final class NetworkEvaluator {

  private final BlockEvaluator evaluator;
  private final RelinearisationKey key;

  NetworkEvaluator(BlockEvaluator evaluator, RelinearisationKey key) {
    this.evaluator = Objects.requireNonNull(evaluator, "evaluator");
    this.key = Objects.requireNonNull(key, "key");
  }

  /** Returns the outputs, which the caller closes. */
  CipherBlock evaluate(DrawnNetwork network, CipherBlock upload) {
    Optional<CipherBlock> made = Optional.empty(); // of the upload, which is the caller's
    boolean done = false;
    try {
      List<IntegerLayer> pending = List.of(); // whose outputs are squared as they are
      boolean squares = false;
      for (DrawnNetwork.Layer layer : network.layers()) {
        List<IntegerLayer> layers = layer.linear().layers();
        if (NetworkMemory.passes(squares, layer.squared(), layer.dropped())) {
          pending = layers;
        } else {
          CipherBlock input = made.orElse(upload);
          made =
              replace(
                  made,
                  squares
                      ? evaluator.applyToSquares(pending, layers, input)
                      : evaluator.applyAll(layers, input));
          pending = List.of();
          if (squares) {
            made = replace(made, evaluator.relineariseAndRescale(made.get(), key, layer.dropped()));
          }
          for (int i = squares ? layer.dropped() : 0; i < layer.dropped(); i++) {
            made = replace(made, evaluator.rescale(made.get()));
          }
        }
        squares = layer.squared();
      }
      done = true;
      return made.orElseThrow();
    } finally {
      if (!done) {
        made.ifPresent(CipherBlock::close);
      }
    }
  }

  private static Optional<CipherBlock> replace(Optional<CipherBlock> before, CipherBlock after) {
    before.ifPresent(CipherBlock::close);
    return Optional.of(after);
  }
}
