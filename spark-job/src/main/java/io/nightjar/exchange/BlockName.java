package io.nightjar.exchange;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of blocks, which says what they are: {@code batch-0000007.draw-03.col-00128}.
 *
 * @param batch the number of the batch
 * @param draw the draw of the blocks; 0 for an upload that serves all draws
 * @param firstCiphertext the first ciphertext of the first block
 */
public record BlockName(long batch, int draw, int firstCiphertext)
    implements Comparable<BlockName> {

  static final String FORM = "batch-(\\d{7,15})\\.draw-(\\d{2})\\.col-(\\d{5,7})";

  private static final Pattern PATTERN = Pattern.compile(FORM);

  /** Checks the numbers. */
  public BlockName {
    if (batch < 0 || draw < 0 || draw > 99 || firstCiphertext < 0 || firstCiphertext > 9_999_999) {
      throw new IllegalArgumentException(
          "No blocks of batch %d, draw %d, ciphertext %d".formatted(batch, draw, firstCiphertext));
    }
  }

  /**
   * Reads a name.
   *
   * @throws ExchangeException if it is no such name
   */
  public static BlockName parse(String name) {
    Matcher matcher = PATTERN.matcher(name == null ? "" : name);
    if (matcher.matches()) {
      BlockName parsed =
          new BlockName(
              Long.parseLong(matcher.group(1)),
              Integer.parseInt(matcher.group(2)),
              Integer.parseInt(matcher.group(3)));
      if (parsed.toString().equals(name)) {
        return parsed;
      }
    }
    throw new ExchangeException("Blocks have a name of another form");
  }

  @Override
  public int compareTo(BlockName other) {
    int byBatch = Long.compare(batch, other.batch);
    int byDraw = Integer.compare(draw, other.draw);
    return byBatch != 0
        ? byBatch
        : byDraw != 0 ? byDraw : Integer.compare(firstCiphertext, other.firstCiphertext);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "batch-%07d.draw-%02d.col-%05d", batch, draw, firstCiphertext);
  }
}
