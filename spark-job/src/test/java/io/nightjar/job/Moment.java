package io.nightjar.job;

import io.nightjar.exchange.Wave;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/** Listeners that do something at a moment of a job. */
public final class Moment {

  /** What is done at a moment. */
  public interface Deed {
    void commit() throws IOException;
  }

  /** A party ends there, as far as a test in its process can end it. */
  public static final class Ended extends Error { // which nobody handles, like the end of a process
    private static final long serialVersionUID = 1;
  }

  private Moment() {}

  /** Ends whoever gets here. */
  @SuppressWarnings("DoNotCallSuggester") // whoever calls it wants to end
  public static void end() {
    throw new Ended();
  }

  private static void commit(Deed deed) {
    try {
      deed.commit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a listener that acts when a round of a wave has been uploaded. */
  public static JobProgress uploaded(int wave, int round, Deed deed) {
    return new JobProgress() {
      @Override
      public void uploaded(Wave found, int foundRound) {
        if (found.index() == wave && foundRound == round) {
          commit(deed);
        }
      }
    };
  }

  /** Returns a listener that acts when rounds have been uploaded so many times. */
  public static JobProgress uploads(int count, Deed deed) {
    AtomicInteger uploads = new AtomicInteger();
    return new JobProgress() {
      @Override
      public void uploaded(Wave wave, int round) {
        if (uploads.incrementAndGet() == count) {
          commit(deed);
        }
      }
    };
  }

  /** Returns a listener that acts when a round of a wave has been evaluated. */
  public static JobProgress evaluated(int wave, int round, Deed deed) {
    return new JobProgress() {
      @Override
      public void evaluated(Wave found, int foundRound) {
        if (found.index() == wave && foundRound == round) {
          commit(deed);
        }
      }
    };
  }

  /** Returns a listener that acts when rounds have been evaluated so many times. */
  public static JobProgress evaluations(int count, Deed deed) {
    AtomicInteger evaluations = new AtomicInteger();
    return new JobProgress() {
      @Override
      public void evaluated(Wave wave, int round) {
        if (evaluations.incrementAndGet() == count) {
          commit(deed);
        }
      }
    };
  }

  /** Returns a listener that acts when a wave has its results. */
  public static JobProgress finished(int wave, Deed deed) {
    return new JobProgress() {
      @Override
      public void finished(Wave found) {
        if (found.index() == wave) {
          commit(deed);
        }
      }
    };
  }
}
