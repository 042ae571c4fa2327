package io.nightjar.protocol;

import io.nightjar.crypto.BlockEvaluator;
import io.nightjar.crypto.CipherBlock;
import io.nightjar.crypto.RelinearisationKey;
import java.util.Objects;
import java.util.Optional;

/**
 * Evaluates a whole network on ciphertexts.
 *
 * <p>A square makes three polynomials of two; they are brought back to two only after the linear
 * layer that follows, which has fewer outputs than inputs.
 */
final class SealedEvaluator {

  private final BlockEvaluator evaluator;
  private final RelinearisationKey key;

  SealedEvaluator(BlockEvaluator evaluator, RelinearisationKey key) {
    this.evaluator = Objects.requireNonNull(evaluator, "evaluator");
    this.key = Objects.requireNonNull(key, "key");
  }

  /** Returns the outputs, which the caller closes. */
  CipherBlock evaluate(SealedStep network, CipherBlock upload) {
    Optional<CipherBlock> made =
        Optional.empty(); // by the layer before; the upload is the caller's
    boolean done = false;
    try {
      for (SealedStep.Layer layer : network.layers()) {
        CipherBlock input = made.orElse(upload);
        made = replace(made, evaluator.apply(layer.linear().layer(), input));
        if (made.get().shape().polys() > 2) {
          made = replace(made, evaluator.relinearise(made.get(), key));
        }
        for (int i = 0; i < layer.dropped(); i++) {
          made = replace(made, evaluator.rescale(made.get()));
        }
        if (layer.squared()) {
          made = replace(made, evaluator.square(made.get()));
        }
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
