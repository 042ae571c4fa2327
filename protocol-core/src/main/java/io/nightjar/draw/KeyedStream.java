package io.nightjar.draw;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * A reproducible stream of pseudo-random bytes, named by a job secret, a purpose and some numbers.
 *
 * <p>The key is HMAC-SHA256, under the job secret, of
 *
 * <pre>
 *   length of the label    4   big-endian, as all integers here
 *   label of the purpose       ASCII
 *   number of fields       4
 *   fields                 8   each
 * </pre>
 *
 * and the stream is the keystream of AES-256 in counter mode under that key, from counter zero. The
 * lengths make the encoding unambiguous: streams of different purposes, different fields or a
 * different number of fields have different keys. A longer name, such as a digest, is given as
 * several fields.
 *
 * <p>The bytes are the same on every machine, however they are asked for: a long is the next eight
 * of them, a unit is made of the next long. One thread uses a stream at a time. Nothing here keeps
 * a caller from using one name for two things: whoever chooses the fields has to.
 */
public final class KeyedStream {

  /** The purposes of streams; streams of different purposes have nothing in common. */
  public enum Purpose {
    /** The stream has deviations of weights from their mean. */
    DRAW("nightjar/1/draw"),
    /**
     * The stream has the part of the weights that all records of a batch share, where weights are
     * drawn for each record.
     */
    SHARE("nightjar/1/share"),
    /** The stream has deviations of weights that are drawn for each record. */
    RECORD("nightjar/1/record"),
    /** The stream has encryptions of zero and noise, which hide results. */
    HIDE("nightjar/1/hide"),
    /** The stream has the masks that results of Paillier are multiplied by. */
    MASK("nightjar/1/mask");

    private final String label;

    Purpose(String label) {
      this.label = label;
    }
  }

  private static final String CIPHER = "AES/CTR/NoPadding";
  private static final int BLOCK_BYTES = 16;

  /**
   * The bytes made at once: so many that the overhead of a call does not count, so few that streams
   * which end early waste little.
   */
  private static final int BUFFER_BYTES = 4096;

  private static final byte[] ZEROS = new byte[BUFFER_BYTES];
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Batch, round and draw, and the four integers of a digest. */
  private static final int MOST_PLACE_FIELDS = 7;

  private static final int UNIT_BITS = 53;
  private static final double UNIT_STEP = 0x1p-53;

  private final Cipher cipher;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position = BUFFER_BYTES;

  private KeyedStream(Cipher cipher) {
    this.cipher = cipher;
  }

  /**
   * Opens a stream at its first byte.
   *
   * @param fields what tells this stream from others of its purpose, for example batch, layer and
   *     draw; always as many and in the same order for one kind of use
   * @throws io.nightjar.crypto.ClosedException if the secret is closed
   */
  public static KeyedStream open(JobSecret secret, Purpose purpose, long... fields) {
    Objects.requireNonNull(purpose, "purpose");
    try (WipedKey key = new WipedKey("AES", secret.authenticate(encode(purpose, fields)))) {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[BLOCK_BYTES]));
      return new KeyedStream(cipher);
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
  }

  /**
   * Opens the stream of something that is drawn at a place.
   *
   * <p>Its fields are batch, round and draw, then these, and then, unless the secret {@linkplain
   * JobSecret#ofSeed repeats a job}, the four integers of the input's digest.
   *
   * @param fields what tells this stream from others at the same place, for example the row
   * @throws io.nightjar.crypto.ClosedException if the secret is closed
   */
  public static KeyedStream openAt(
      JobSecret secret, Purpose purpose, DrawPlace place, long... fields) {
    LongBuffer all = LongBuffer.allocate(fields.length + MOST_PLACE_FIELDS);
    all.put(place.batch()).put(place.round()).put(place.draw()).put(fields);
    if (secret.followsInputs()) {
      InputDigest input = place.input();
      all.put(input.first()).put(input.second()).put(input.third()).put(input.fourth());
    }
    return open(secret, purpose, Arrays.copyOf(all.array(), all.position()));
  }

  private static byte[] encode(Purpose purpose, long[] fields) {
    byte[] label = purpose.label.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer out =
        ByteBuffer.allocate(2 * Integer.BYTES + label.length + fields.length * Long.BYTES);
    out.putInt(label.length).put(label).putInt(fields.length);
    for (long field : fields) {
      out.putLong(field);
    }
    return out.array();
  }

  /** Returns the next eight bytes as a little-endian integer. */
  public long nextLong() {
    if (BUFFER_BYTES - position < Long.BYTES) {
      refill();
    }
    long value = (long) LONGS.get(buffer, position);
    position += Long.BYTES;
    return value;
  }

  /**
   * Returns a number uniform on the open interval (0, 1), made of the next eight bytes.
   *
   * <p>It is k / 2^53 for k the upper 53 bits of {@link #nextLong()}, and 1 / 2^54 where k is 0. So
   * it is exact in a double, is never 0 or 1, and 1 - u is exact too.
   */
  public double nextUnit() {
    return unit(nextLong());
  }

  static double unit(long bits) {
    return Math.max((double) (bits >>> (Long.SIZE - UNIT_BITS)), 0.5) * UNIT_STEP;
  }

  /** Fills an array with the next bytes. */
  public void nextBytes(byte[] out) {
    int done = 0;
    while (done < out.length) {
      if (position == BUFFER_BYTES) {
        refill();
      }
      int count = Math.min(BUFFER_BYTES - position, out.length - done);
      System.arraycopy(buffer, position, out, done, count);
      position += count;
      done += count;
    }
  }

  /** Moves the unused bytes to the front and makes as many new ones as were used. */
  private void refill() {
    int left = BUFFER_BYTES - position;
    System.arraycopy(buffer, position, buffer, 0, left);
    try {
      int made = cipher.update(ZEROS, 0, position, buffer, left);
      if (made != position) {
        throw new IllegalStateException(
            "%s of %s held bytes back: it made %d of %d"
                .formatted(CIPHER, cipher.getProvider(), made, position));
      }
    } catch (GeneralSecurityException e) {
      throw failed(e);
    }
    position = 0;
  }

  private static IllegalStateException failed(GeneralSecurityException e) {
    return new IllegalStateException(CIPHER + " failed in this JVM: " + e.getMessage(), e);
  }

  @Override
  public String toString() {
    return "KeyedStream[hidden]";
  }
}
