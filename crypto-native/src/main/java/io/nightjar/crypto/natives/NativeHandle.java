package io.nightjar.crypto.natives;

import io.nightjar.crypto.ClosedException;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/**
 * Owns one native object: frees it exactly once, and never while a call is using it. For the
 * packages under io.nightjar.crypto only.
 *
 * <p>Closing takes effect at once for new calls, which get a {@link ClosedException}, and frees the
 * object when the last call that is already inside has left. An owner that is forgotten is closed
 * when the garbage collector finds it.
 */
public final class NativeHandle implements AutoCloseable {

  private static final Cleaner CLEANER = Cleaner.create();

  private final State state;
  private final Cleaner.Cleanable cleanable;

  /**
   * Takes ownership of a native object.
   *
   * @param owner the Java object that stands for it; neither {@code destroy} nor anything else here
   *     may refer to the owner
   * @param bytes the native memory that it accounts for, reserved beforehand
   */
  public NativeHandle(Object owner, String what, long pointer, long bytes, LongConsumer destroy) {
    this.state = new State(what, pointer, bytes, destroy);
    NativeMemory.opened();
    this.cleanable = CLEANER.register(owner, state::close);
  }

  /** Holds the object open until the result is closed. */
  public Use use() {
    return state.use();
  }

  @Override
  public void close() {
    cleanable.clean();
  }

  /** One call's hold on a native object. */
  public static final class Use implements AutoCloseable {
    private final State state;

    private Use(State state) {
      this.state = state;
    }

    /** Returns the pointer, which is good until this is closed. */
    public long pointer() {
      return state.pointer;
    }

    @Override
    public void close() {
      state.release();
    }
  }

  /** What outlives the owner: the pointer and how many hold it. The owner itself counts as one. */
  private static final class State {
    private final String what;
    private final long pointer;
    private final long bytes;
    private final LongConsumer destroy;
    private final AtomicInteger holders = new AtomicInteger(1);
    private volatile boolean closed;

    State(String what, long pointer, long bytes, LongConsumer destroy) {
      this.what = what;
      this.pointer = pointer;
      this.bytes = bytes;
      this.destroy = destroy;
    }

    Use use() {
      int held = holders.getAndUpdate(count -> count == 0 ? 0 : count + 1);
      if (held == 0) {
        throw new ClosedException("This " + what + " is closed");
      }
      if (closed) {
        release();
        throw new ClosedException("This " + what + " is closed");
      }
      return new Use(this);
    }

    /** Called once, by the cleaner's guarantee. */
    void close() {
      closed = true;
      release();
    }

    void release() {
      if (holders.decrementAndGet() == 0) {
        destroy.accept(pointer);
        NativeMemory.closed(bytes);
      }
    }
  }
}
