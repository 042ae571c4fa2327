package io.nightjar.exchange;

import io.nightjar.crypto.natives.Blake3;
import io.nightjar.crypto.natives.StageTimes;
import java.security.MessageDigest;

/** The BLAKE3 hash of a section, whose time counts as hashing of the exchange. */
final class SectionDigest extends MessageDigest {

  private final Blake3 blake3 = new Blake3();

  SectionDigest() {
    super("BLAKE3");
  }

  @Override
  protected int engineGetDigestLength() {
    return Blake3.BYTES;
  }

  @Override
  protected void engineUpdate(byte input) {
    blake3.update(input);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    long start = StageTimes.now();
    blake3.update(input, offset, length);
    StageTimes.addSince(StageTimes.Stage.HASHING, start);
  }

  @Override
  protected byte[] engineDigest() {
    return blake3.digest();
  }

  @Override
  protected void engineReset() {
    blake3.reset();
  }
}
