package io.nightjar.crypto;

/**
 * Asked by long native calls, between tiles of work, whether to give up.
 *
 * <p>It is called often and on the calling thread, so it must be quick. What it throws comes out of
 * the native call.
 */
@FunctionalInterface
public interface Cancellation {

  /** Gives up when the calling thread is interrupted, which stays interrupted. */
  Cancellation ON_INTERRUPT = () -> Thread.currentThread().isInterrupted();

  /** Returns whether the call should end with a {@link CancelledException}. */
  boolean isCancelled();
}
