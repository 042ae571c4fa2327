package io.nightjar.protocol;

/**
 * An upload together with what a model owner's arithmetic makes of it before any product, which all
 * that is evaluated of the upload shares.
 *
 * <p>It is for one thread. Whoever opened it closes it, after the results and before the upload.
 */
@FunctionalInterface
public interface PreparedUpload extends AutoCloseable {

  /** Evaluates a task of this upload; the results of another draw have been closed by then. */
  Results evaluate(RoundTask task);

  /** Releases what was made of the upload, if there is anything. */
  @Override
  default void close() {}
}
